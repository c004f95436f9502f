"""templates/ -> the forms, lists and indicators that all else goes by; a form -> its blank workbook.

descriptor  the YAML files, read with their lines, so that a mistake is named where it stands
guidance    the words that help a clerk to fill in a form
blank       a form, what is known of an office -> the workbook she fills in
sheets      one sheet of it        looks  its formats
"""

from pipeline.form.blank import Known, write_blank
from pipeline.form.descriptor import load_library
from pipeline.form.guidance import Guidance, load_guidance

__all__ = ["Guidance", "Known", "load_guidance", "load_library", "write_blank"]
