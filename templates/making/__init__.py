"""How the shipped Word templates were first made; what an office edits is the .docx itself."""
