"""The words of an answer that are no finding's, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model import Severity, Words

TITLE = Words("Result of the check", "核对结果")
SIGNS: Mapping[Severity, Words] = {
    Severity.ERROR: Words("×  To correct", "×  须改正"),
    Severity.WARNING: Words("?  Question", "？  疑问"),
    Severity.NOTE: Words("○  Note", "○  提示"),
}
VERDICTS: Mapping[str, Words] = {  # by the state of the return
    "back": Words(
        "Sent back: please correct {errors} {cells} and put the workbook back into your folder.",
        "已退回：请改正 {errors} 处，改好后再放回您的文件夹。",
    ),
    "returned": Words(
        "Sent back by the project office: please read below why.", "项目办公室已退回，请先看下面的说明。"
    ),
    "held": Words("Not counted yet: this version waits for a decision.", "暂未计入：本次报送有待确认。"),
    "paused": Words(
        "Not counted by the project office: please read below why.", "项目办公室暂未计入本次报送，请先看下面的说明。"
    ),
    "locked": Words(
        "The quarter is closed: this version was kept and is not counted.", "本季度已结束收报，本次报送已存档，不计入。"
    ),
    "ask": Words("Accepted, with {open} {questions}: please answer.", "已接收，另有 {open} 个疑问，请核对答复。"),
    "ok": Words("Accepted. This page is your receipt.", "已接收。本页即为回执。"),
}
COUNTS = Words(
    "To correct {errors}   ·   Questions {warnings}   ·   Notes {notes}",
    "须改正 {errors} 处   ・   疑问 {warnings} 处   ・   提示 {notes} 处",
)
READ = Words("{rows} rows read, {good} of them without fault", "已读 {rows} 行，其中 {good} 行没有问题")
DUE = Words("Due {due}", "报送截止日期 {due}")
WHOSE = Words(
    "{office}   ·   {period}   ·   version {version}   ·   received {received}",
    "{office}   ・   {period}   ・   第 {version} 次报送   ・   {received}收到",
)

HEADS = (
    Words("", ""),
    Words("Kind", "类别"),
    Words("Sheet", "工作表"),
    Words("Record", "编号"),
    Words("Cell", "单元格"),
    Words("You typed", "您填的"),
    Words("Expected", "应填"),
    Words("What to do", "怎么改"),
)
BETWEEN = Words(", ", "、")
MORE_CELLS = Words("{first} and {n} more", "{first} 等 {all} 处")
OPEN = Words("open", "打开")

TODO = Words("What to do", "怎么办")
STEPS: Mapping[str, tuple[Words, ...]] = {
    "back": (
        Words(
            "Click an address in the column “Cell”: it leads to the cell itself (framed in red, with a note at its corner).",
            "点“单元格”一列的地址，直接跳到要改的格子（红框格子，右上角有批注）。",
        ),
        Words(
            "Correct it in your own workbook or in this one; both are right, and the name of the file does not matter.",
            "在您自己的原文件里改，或在本文件里改，两者都可以，文件名不限。",
        ),
        Words(
            "Save it and put it into your folder {folder}. The next morning there is a new answer.",
            "保存后放入文件夹 {folder}。第二天早上会有新的核对结果。",
        ),
    ),
    "returned": (
        Words(
            "Read above why it was sent back, and correct it in your own workbook or in this one.",
            "请先看上面的退回原因，在您的原文件或本文件里改正。",
        ),
        Words(
            "Raise “{version}” on the cover, say under “{whats_new}” what changed, and put the workbook into your folder {folder}.",
            "将封面“{version}”加 1，在“{whats_new}”中写明改动，再放入文件夹 {folder}。",
        ),
    ),
    "held": (
        Words("Read in the table above why it waits.", "请先看上表中说明的原因。"),
        Words(
            "If you are to act: correct all cells framed in red, those on the cover too, in this workbook or in your own, save it and put it into your folder {folder}.",
            "如需您处理：在本文件或您的原文件中改好所有红框格子（包括封面），保存后放入文件夹 {folder}。",
        ),
        Words(
            "If all is right as it is, tell the project office; until then the version accepted before stays in force.",
            "如内容无误，请告知项目办公室；在此之前，以先前已接收的版本为准。",
        ),
    ),
    "paused": (
        Words(
            "Read above what the project office says, and answer it if it asks.",
            "请先看上面的说明；如有询问，请答复项目办公室。",
        ),
        Words(
            "To change something: correct it, with what is named above to correct, raise “{version}” on the cover, say under “{whats_new}” what changed, and put the workbook into your folder {folder}.",
            "需要改动的：连同上面列出的须改正之处（如有）一并改好，将封面“{version}”加 1，在“{whats_new}”中写明改动，再放入文件夹 {folder}。",
        ),
        Words(
            "If nothing is to be changed, nothing more is to be done; whether this version counts, the project office decides.",
            "无需改动的，不必再做什么；是否计入由项目办公室决定。",
        ),
    ),
    "locked": (
        Words(
            "Please put no corrected workbook into the folder now: what comes while the quarter is closed is not counted.",
            "请不要再放入改正后的工作簿：结束收报后收到的内容均不计入。",
        ),
        Words(
            "If something must be corrected, ask the project office first; when it has opened the quarter again, correct also what is named above, and put the workbook into your folder {folder}.",
            "确需更正的，请先联系项目办公室；重新开放收报后，连同上面列出的须改正之处（如有）一并改好，再放入文件夹 {folder}。",
        ),
    ),
    "ask": (
        Words(
            "Click an address in the column “Cell” and look at the cell (framed in brown, with a note).",
            "点“单元格”一列的地址，查看该格（棕框格子，附有批注）。",
        ),
        Words(
            "To correct it: change the cell, raise “{version}” on the cover, say under “{whats_new}” what changed, and put the workbook into your folder {folder}.",
            "需要更正的：改好该格，将封面“{version}”加 1，在“{whats_new}”中写明改动，再放入文件夹 {folder}。",
        ),
        Words(
            "If it is right: tell the project office, or say so under “{remarks}” on the cover of your next return.",
            "核实无误的：请告知项目办公室，或在下次报送的封面“{remarks}”中说明。",
        ),
    ),
    "ok": (
        Words(
            "Nothing more is to be done. Please keep this workbook as your receipt.",
            "无须再做什么。请保存本文件作为回执。",
        ),
        Words(
            "If something changes later: correct it, raise “{version}” on the cover, say under “{whats_new}” what changed, and put the workbook into your folder {folder}.",
            "以后如需更正：改好后将封面“{version}”加 1，在“{whats_new}”中写明改动，再放入文件夹 {folder}。",
        ),
    ),
}
FRESH_STEPS = (  # where the workbook itself carries no marks
    Words(
        "Click an address in the column “Cell”: it opens your own workbook at the cell.",
        "点“单元格”一列的地址，打开您的原文件并跳到该格。",
    ),
    Words("Correct it there; this workbook is only a list.", "请在原文件中改，本文件只是清单。"),
    Words(
        "Save your own workbook and put it into your folder {folder}. The next morning there is a new answer.",
        "保存原文件后放入文件夹 {folder}。第二天早上会有新的核对结果。",
    ),
)
ASK_OURS = Words("If it is right: nothing more is to be done.", "核实无误的：无须再做什么。")  # in the project office
OR_ELSE = ("ask", "held")  # states whose last step is what to do if nothing is wrong
NOT_ASKED = ("paused", "locked", "ok")  # states in which nothing is to be corrected and sent for our findings alone
FOOT = Words(
    "None of your data was changed. This sheet, the frames and the notes are ours; they are taken off by themselves when the workbook comes back.",
    "您的数据未作任何改动。本表、彩色边框和批注由系统添加，工作簿重新报送后会自动去掉。",
)
FOOT_FRESH = Words(
    "Your workbook could not be marked, so these are our findings alone; the addresses open your own workbook.",
    "您的工作簿无法直接加标注，故另附本表；点地址可打开您的原文件。",
)

RECEIPT = Words("Receipt", "收件回执")
FACTS: Mapping[str, Words] = {
    "file": Words("File", "文件"),
    "sha256": Words("Fingerprint (SHA-256)", "文件指纹（SHA-256）"),
    "id": Words("Entered as", "登记号"),
    "received": Words("Received", "收到时间"),
    "rules": Words("Checked by", "核对依据"),
    "signed": Words("Signed on the cover", "封面签发"),
}
RULES = Words(
    "edition {edition} of the form, edition {rules} of the rules, definitions {definitions}",
    "报表 {edition} 版，核对规则第 {rules} 版，定义 {definitions}",
)
TAKEN = Words("What was taken", "各表收到的内容")
TAKEN_HEADS = (Words("Sheet", "工作表"), Words("Rows", "行数"), Words("Totals", "合计"))
NOTHING = Words("nothing to report", "本季无")
LACKING = Words(" ({n} without a number)", "（另有 {n} 行无数字）")
CHANGED = Words("What changed since the version before", "与上一次报送相比")
CHANGED_SINCE = Words("What changed since version {version}, accepted before", "与此前已接收的第 {version} 次报送相比")
CHANGED_HEADS = (
    Words("Sheet", "工作表"),
    Words("Record", "编号"),
    Words("Field", "项目"),
    Words("Before", "原为"),
    Words("Now", "现为"),
)
CHANGE: Mapping[str, Words] = {"new": Words("new row", "新增行"), "gone": Words("row taken out", "删除行")}
FIRST = Words("This is the first version.", "这是第一次报送。")
UNCHANGED = Words("Nothing that is read is different.", "读取的内容没有变化。")
MORE_CHANGES = Words("and {n} more", "另有 {n} 处")
UNMARKED = Words("{n} of these cells are not marked", "其中 {n} 处未加标注")

REMARKS: Mapping[str, Words] = {
    "same": Words("{file}, received {at}, says the same; it has no effect.", "{at}收到的 {file} 内容相同，不另计入。"),
    "noted": Words(
        "{file}, received {at}, says the same; it has no effect. Notes on cells are not read (“{note}”): what is to be reported belongs in the cells or in the remarks on the cover.",
        "{at}收到的 {file} 内容相同，不另计入。其中的批注（“{note}”）不会被读取，需要说明的请填入单元格或封面“备注”栏。",
    ),
    "older": Words(
        "{file}, received {at}, is version {version}, an older one; it has no effect.",
        "{at}收到的 {file} 为第 {version} 次报送，早于本次，不计入。",
    ),
    "in_force": Words(
        "Until then version {version} (received {at}) counts.", "在此之前，以第 {version} 次报送（{at}收到）为准。"
    ),
    "closed_with": Words(
        "For this quarter version {version} (received {at}) counts.", "本季度以第 {version} 次报送（{at}收到）为准。"
    ),
    "sent_back": Words("The project office sent this version back: {why}", "项目办公室退回了本次报送：{why}"),
    "held": Words("The project office holds this version: {why}", "项目办公室暂缓计入本次报送：{why}"),
    "chosen": Words(
        "The project office chose another workbook of yours: {why}", "项目办公室选用了您的另一份工作簿：{why}"
    ),
}

PAGE_TITLE = Words("This file could not be taken", "该文件未能收取")
PAGE_FILE = Words("File", "文件")
PAGE_WHEN = Words("Received", "收到时间")
PAGE_WHAT = Words("What it is, and what to do", "原因和处理办法")
PAGE_STEPS = (
    Words("Do as said above.", "请按上述说明处理。"),
    Words(
        "Put the workbook (.xlsx) into your folder {folder}. The name of the file does not matter.",
        "将 .xlsx 工作簿放入文件夹 {folder}，文件名不限。",
    ),
    Words(
        "Take the file named above out of the folder; then this page goes too.",
        "将上述文件移出该文件夹，本页随之撤下。",
    ),
)
PAGE_STEPS_OF: Mapping[str, tuple[Words, ...]] = {  # where other steps than these are right
    "other_office": (PAGE_STEPS[0], PAGE_STEPS[2]),
    "office_unknown": (PAGE_STEPS[0], PAGE_STEPS[2]),
    "our_fault": (),
}
PAGE_FOOT = Words(
    "Nothing in your folder was changed. If you have questions, ask the project office.",
    "您文件夹中的内容未作任何改动。如有疑问，请联系项目办公室。",
)
