"""A finding -> its sentence in English and Chinese.  Pure.

Every code has one row here: its severity, and what it says.  A sentence says where, what
was found, what was expected and what to do, in the form's words; `{label}` is the field's
title, `{found}` what stands there.  Codes are stable: they stand in `check --json`, in the
project office's exceptions and in the ledger.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model import Finding, Form, Severity, Words

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Message:
    """How grave a code is, and its sentence in both languages."""

    severity: Severity
    en: str
    zh: str


# What cannot be taken as a workbook of ours at all.
REFUSALS: Mapping[str, Message] = {
    "not_a_workbook": Message(
        ERROR,
        "This file is no Excel workbook, and not of any kind that is known here. Open it in Excel or WPS, save it as .xlsx and send it again.",
        "该文件不是 Excel 工作簿，无法识别其格式。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。",
    ),
    "is_xls": Message(
        ERROR,
        "This file is in the old .xls format (Excel 97–2003, or WPS .et). Open it in Excel or WPS, choose “Save as”, type “Excel Workbook (.xlsx)”, and send that.",
        "该文件是旧版 .xls 格式（Excel 97–2003 或 WPS .et）。请用 Excel 或 WPS 打开，选择“另存为”，类型选“Excel 工作簿（.xlsx）”，保存后重新报送。",
    ),
    "is_et": Message(
        ERROR,
        "This file is in the .et format of WPS. Open it in WPS, choose “Save as”, type “Excel file (.xlsx)”, and send that.",
        "该文件是 WPS 表格的 .et 格式。请用 WPS 打开，选择“另存为”，类型选“Microsoft Excel 文件（.xlsx）”，保存后重新报送。",
    ),
    "is_xlsb": Message(
        ERROR,
        "This file is in the binary .xlsb format. Open it in Excel, save it as “Excel Workbook (.xlsx)” and send that.",
        "该文件是二进制 .xlsb 格式。请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”后重新报送。",
    ),
    "is_ods": Message(
        ERROR,
        "This file is in the OpenDocument format (.ods). Open it, save it as “Excel 2007–365 (.xlsx)” and send that.",
        "该文件是 OpenDocument（.ods）格式。请打开后另存为“Excel 2007–365（.xlsx）”，重新报送。",
    ),
    "is_xml": Message(
        ERROR,
        "This file is XML (for example “XML Spreadsheet 2003”), not a workbook. Open it in Excel, save it as .xlsx and send that.",
        "该文件是 XML 文件（如“XML 电子表格 2003”），不是工作簿。请用 Excel 打开，另存为 .xlsx 后重新报送。",
    ),
    "is_web_page": Message(
        ERROR,
        "This file is a web page under the name of a workbook. Open it in Excel, save it as “Excel Workbook (.xlsx)” and send that.",
        "该文件是网页，只是用了工作簿的文件名。请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”后重新报送。",
    ),
    "is_text": Message(
        ERROR,
        "This file is text (for example .csv), not a workbook: sheets, dates and percentages are lost in it. Fill in the form sent to you and send that.",
        "该文件是文本（如 .csv），不是工作簿，工作表、日期和百分比格式均已丢失。请填写下发的报表后报送。",
    ),
    "is_pdf": Message(
        ERROR,
        "This file is a PDF. A PDF cannot be read; send the workbook itself, as .xlsx.",
        "该文件是 PDF，系统无法读取。请直接报送 .xlsx 格式的工作簿。",
    ),
    "is_archive": Message(
        ERROR,
        "This file is an archive (zip, RAR or 7z). Unpack it and put the workbook itself into the folder.",
        "该文件是压缩包（zip、RAR 或 7z）。请解压后将工作簿本身放入文件夹。",
    ),
    "is_document": Message(
        ERROR,
        "This file is a Word or PowerPoint document, not a workbook. Fill in the form sent to you and send that.",
        "该文件是 Word 或 PowerPoint 文档，不是工作簿。请填写下发的报表后报送。",
    ),
    "is_picture": Message(
        ERROR,
        "This file is a picture, not a workbook. Put it into the sheet of photographs and send the workbook.",
        "该文件是图片，不是工作簿。请将图片插入“照片”表，再报送工作簿。",
    ),
    "is_empty": Message(
        ERROR,
        "This file is empty. It was probably not copied completely: copy it again.",
        "该文件是空文件，可能没有复制完成。请重新复制。",
    ),
    "truncated": Message(
        ERROR,
        "The end of the workbook is missing: it was not copied or downloaded completely. Copy it again.",
        "工作簿末尾缺失，没有完整复制或下载。请重新复制。",
    ),
    "zip_bomb": Message(
        ERROR,
        "Unpacked, the workbook is far larger than it looks ({found}; at most {expected} is read). Copy the data into the form sent to you and send that.",
        "工作簿解压后远大于其文件大小（{found}；最多读取 {expected}）。请将数据复制到下发的报表中再报送。",
    ),
    "too_many_cells": Message(
        ERROR,
        "A sheet has more cells with content or formatting ({found}) than are read (at most {expected}). Delete the empty formatted rows below the data, or copy the data into the form sent to you.",
        "工作表中有内容或格式的单元格过多（{found}），最多读取 {expected} 个。请删除数据下方带格式的空行，或将数据复制到下发的报表中。",
    ),
    "far_cell": Message(
        ERROR,
        "The workbook names a place that no sheet has ({found}; sheets end at {expected}). It was not written by Excel or WPS: copy the data into the form sent to you and send that.",
        "工作簿中出现不存在的位置（{found}；工作表范围为 {expected}），并非由 Excel 或 WPS 写成。请将数据复制到下发的报表中再报送。",
    ),
    "password": Message(
        ERROR,
        "The workbook is protected by a password and cannot be opened. Remove the password, save it and send it again.",
        "工作簿设有密码，无法打开。请取消密码，保存后重新报送。",
    ),
    "damaged": Message(
        ERROR,
        "The workbook is damaged or was not copied completely ({what}). Open it, save it and send it again.",
        "工作簿已损坏或未复制完整（{what_zh}）。请打开后重新保存并报送。",
    ),
    "too_large": Message(
        ERROR,
        "The workbook is too large: {found}, and at most {expected} is read. Remove what does not belong to the form and send it again.",
        "工作簿过大：{found}，系统最多读取 {expected}。请删除与报表无关的内容后重新报送。",
    ),
    "unsafe_xml": Message(
        ERROR,
        "The workbook contains a document type definition, which Excel never writes. Copy the data into the form sent to you and send that.",
        "工作簿含有文档类型定义（DTD），Excel 不会写入此类内容。请将数据复制到下发的报表中再报送。",
    ),
    "no_answer": Message(
        ERROR,
        "Reading the workbook took more time or memory than it may ({expected}) and was stopped. Copy the data into the form sent to you and send that.",
        "读取工作簿所用的时间或内存超过限制（{expected}），已中止。请将数据复制到下发的报表中再报送。",
    ),
    "our_fault": Message(
        ERROR,
        "Our program failed at this workbook ({found}). That is not your fault, and the file is kept. Please tell the project office; nothing else need be done.",
        "读取该工作簿时本系统程序出错（{found}），不是填报问题，文件已留存。请告知项目办公室，无需其他操作。",
    ),
    "wrong_form": Message(
        ERROR,
        "This is not the form that was expected: the cover is that of “{stamped_en}”, and expected was: {expected}. Use the form sent to you.",
        "这不是应报的报表：封面上的表名为“{stamped_zh}”，应报的是：{expected_zh}。请使用下发的报表。",
    ),
    "no_cover": Message(
        ERROR,
        "The workbook has no cover sheet with our stamps, so it cannot be known who sends it for which period. Use the form sent to you.",
        "工作簿中没有带识别信息的封面，无法判断报送单位和报告期。请使用下发的报表。",
    ),
    "only_our_list": Message(
        ERROR,
        "This is only our list of what was found in your workbook; it holds nothing that you report. Correct your own workbook and send that.",
        "该文件只是系统生成的核对结果清单，其中没有填报的数据。请改正您的原工作簿后重新报送。",
    ),
    "stamp_missing": Message(
        ERROR,
        "On the cover, {label_en!r} should be {expected}, but is {found!e}. It is filled in by us: put it back, or use the form sent to you.",
        "封面上的“{label_zh}”应为{expected_zh}，现为{found!z}。该项由系统预填，请恢复原值，或改用下发的报表。",
    ),
    "edition_unknown": Message(
        ERROR,
        "The form is of edition {found}, which is not known here; the newest is {expected}. Use the form sent to you.",
        "报表版本为 {found}，系统中没有该版本；最新版本为 {expected}。请使用下发的报表。",
    ),
    "office_unknown": Message(
        ERROR,
        "There is no office {found!r}: the project office's list has no folder of that name. Put the workbook into your own office's folder; whether an office is new, the project office decides, in the sheet “单位名录 Offices” of its workbook. Once it stands there, this file is taken by itself.",
        "没有名为“{found}”的单位：项目办公室的单位名录中没有该文件夹名。请将工作簿放入本单位的文件夹；如属新增单位，由项目办公室决定并填入其工作簿的“单位名录 Offices”表，填入后本文件会自动收取。",
    ),
    "other_period": Message(
        ERROR,
        "The workbook is stamped for {found}, and your office reports {expected}. Use the form of the quarter that you report. If {found} is to be reported, ask the project office.",
        "该工作簿的报告期为 {found}，本单位的报送范围是 {expected_zh}。请使用本期报表；如确需补报 {found}，请联系项目办公室。",
    ),
    "other_office": Message(
        ERROR,
        "The workbook is that of {whose_en} ({found}) but lies in the folder of {here_en} ({expected}). Put it into the right folder, or use your own form.",
        "该工作簿属于{whose_zh}（{found}），却放在{here_zh}（{expected}）的文件夹中。请放入正确的文件夹，或使用本单位的报表。",
    ),
}

# How a cell was typed.
TYPED: Mapping[str, Message] = {
    "error_cell": Message(
        ERROR,
        "{label_en!r} shows the error {found}. Please type the value itself, without a formula.",
        "“{label_zh}”显示错误值 {found}。请直接填写内容，不要使用公式。",
    ),
    "formula_without_value": Message(
        ERROR,
        "{label_en!r} holds a formula that was never calculated. Open the workbook in Excel or WPS, save it and send it again.",
        "“{label_zh}”中的公式尚未计算。请用 Excel 或 WPS 打开工作簿，保存后重新报送。",
    ),
    "control_characters": Message(
        NOTE,
        "{label_en!r} held characters that cannot be seen or printed; they were left out.",
        "“{label_zh}”中有无法显示或打印的字符，已略去。",
    ),
    "near_miss": Message(
        ERROR,
        "{label_en!r} is {found!r}, which is not in the list. Did you mean “{expected}”? Please pick it from the list.",
        "“{label_zh}”填的是“{found}”，不在选项之内。是否应为“{expected}”？请从下拉列表中选择。",
    ),
    "not_in_list": Message(
        ERROR,
        "{label_en!r} is {found!r}, which is not in the list. Please pick one of: {expected}.",
        "“{label_zh}”填的是“{found}”，不在选项之内。请选择：{expected_zh}。",
    ),
    "not_a_flag": Message(
        ERROR,
        "{label_en!r} is {found!r}; yes or no was expected. Please type one of the two.",
        "“{label_zh}”填的是“{found}”，应填“是”或“否”。",
    ),
    "not_a_picture": Message(
        ERROR,
        "{label_en!r} holds the text {found!r}, and a picture was expected. Please put the picture over this cell.",
        "“{label_zh}”中是文字“{found}”，应为图片。请将图片插入到该单元格上。",
    ),
    "picture_too_large": Message(
        ERROR,
        "The picture for {label_en!r} is too large to be read (more than 60 million pixels or 30 MB). Make it smaller (in Excel or WPS: “Compress pictures”) and put it in again.",
        "“{label_zh}”的图片过大（超过 6000 万像素或 30 MB），无法读取。请压缩图片（Excel 或 WPS 中的“压缩图片”）后重新插入。",
    ),
    "picture_unreadable": Message(
        ERROR,
        "The picture for {label_en!r} cannot be read: it is damaged, or a drawing and no photograph. Put it in again as JPEG or PNG.",
        "“{label_zh}”的图片无法读取：文件已损坏，或为矢量图形而非照片。请以 JPEG 或 PNG 格式重新插入。",
    ),
    "picture_in_cell": Message(
        ERROR,
        "{label_en!r} holds a picture, and an answer in words or numbers was expected. Please move the picture to its own column.",
        "“{label_zh}”处放了图片，应填写文字或数字。请将图片移到图片栏。",
    ),
    "code_twice": Message(
        NOTE,
        "{label_en!r} names a code twice ({found}); it is taken once.",
        "“{label_zh}”中有重复的编号（{found}），按一个处理。",
    ),
    "not_a_count": Message(
        ERROR,
        "{label_en!r} is {found!r}; a whole number was expected. Please type digits only, like 12.",
        "“{label_zh}”填的是“{found}”，应为整数。请只填数字，如 12。",
    ),
    "counts_another": Message(
        ERROR,
        "{label_en!r} is {found!r}, but {counted_en} are counted here. Please check the number, and type digits only.",
        "“{label_zh}”填的是“{found}”，但该栏统计的是“{counted_zh}”。请核对，并只填数字。",
    ),
    "not_a_number": Message(
        ERROR,
        "{label_en!r} is {found!r}; a number was expected. Please type digits only, like 12.5.",
        "“{label_zh}”填的是“{found}”，应为数字。请只填数字，如 12.5。",
    ),
    "not_an_amount": Message(
        ERROR,
        "{label_en!r} is {found!r}; an amount in RMB was expected. Please type the yuan in digits, like 255700.",
        "“{label_zh}”填的是“{found}”，应为金额（元）。请只填数字，如 255700。",
    ),
    "not_a_share": Message(
        ERROR,
        "{label_en!r} is {found!r}; a percentage was expected. Please type it with its sign, like 4.13%.",
        "“{label_zh}”填的是“{found}”，应为百分比。请连同百分号填写，如 4.13%。",
    ),
    "share_ambiguous": Message(
        ERROR,
        "{label_en!r} is {found}, which may mean either of {expected}. Please type it with its sign, like 4.13%.",
        "“{label_zh}”填的是 {found}，无法判断是 {expected_zh}。请连同百分号填写，如 4.13%。",
    ),
    "share_read_as_percent": Message(
        NOTE,
        "{label_en!r} is {found} without a sign; it was read as {expected}.",
        "“{label_zh}”填的是 {found}，没有百分号，按 {expected} 处理。",
    ),
    "share_over_whole": Message(
        WARNING,
        "{label_en!r} was read as {read}, which is more than the whole. Please check it; if it is right, nothing need be done.",
        "“{label_zh}”读取为 {read}，超过 100%。请核对；如属实，无需改动。",
    ),
    "shown_otherwise": Message(
        ERROR,
        "{label_en!r} holds a number which its format shows otherwise, or not at all ({found}). Set the format of the cell to General, and type what is meant.",
        "“{label_zh}”单元格的数字格式使显示内容与所存数字不同或不显示（{found}）。请将单元格格式设为“常规”，再填写要表达的内容。",
    ),
    "unit_typed_in": Message(
        NOTE,
        "{label_en!r} is {found!r}; the number {expected} was taken from it. Digits alone are enough.",
        "“{label_zh}”填的是“{found}”，按数字 {expected} 处理。只填数字即可。",
    ),
    "amount_in_wan": Message(
        WARNING,
        "{label_en!r} is {found!r} and was read as RMB {expected}. Please check it, and type the amount in yuan.",
        "“{label_zh}”填的是“{found}”，按 {expected} 元处理。请核对，并以元为单位填写。",
    ),
    "number_scaled": Message(
        WARNING,
        "{label_en!r} is {found!r} and was read as {expected}. Please check it, and type all digits.",
        "“{label_zh}”填的是“{found}”，按 {expected} 处理。请核对，并直接填写完整数字。",
    ),
    "other_language": Message(
        WARNING,
        "{label_en!r} asks for {asked_en}, and {found!r} is {typed_en}. Please put it into the column of its own language; the columns beside may be folded away.",
        "“{label_zh}”应填写{asked_zh}，但“{found}”是{typed_zh}。请移到相应语言的栏；粘贴时请留意相邻的栏可能已折叠。",
    ),
    "finer_than_fen": Message(
        ERROR,
        "{label_en!r} is {found}, which is finer than a fen. Please type at most two decimals.",
        "“{label_zh}”填的是 {found}，小数超过两位（最小单位为分）。请最多保留两位小数。",
    ),
    "bound_not_asked": Message(
        ERROR,
        "{label_en!r} is {found!r}; a plain number like {expected} was expected. Please type the number, or “not recorded”.",
        "“{label_zh}”填的是“{found}”，应为确切数字，如 {expected}。请填写数字；不掌握的填“未统计”。",
    ),
    "above_maximum": Message(
        ERROR,
        "{label_en!r} is {found}; more than {expected} is not expected here. Please check the number of digits and correct it.",
        "“{label_zh}”填的是 {found}，超过合理上限 {expected}。请核对位数后改正。",
    ),
    "negative": Message(
        ERROR,
        "{label_en!r} is {found}; it cannot be less than 0. Please correct it.",
        "“{label_zh}”填的是 {found}，不能小于 0，请改正。",
    ),
    "below_minimum": Message(
        ERROR,
        "{label_en!r} is {found}; it must be at least {expected}. Please correct it.",
        "“{label_zh}”填的是 {found}，不能小于 {expected}，请改正。",
    ),
    "measure_missing": Message(
        ERROR,
        "{label_en!r} is {found!r}, but it is not known what it measures. Please pick the measure in this row first.",
        "“{label_zh}”填的是“{found}”，但本行没有有效的指标，无法判断单位。请先在本行选定指标。",
    ),
    "not_a_day": Message(
        ERROR,
        "{label_en!r} is {found!r}; a date was expected. Please type it like 2014-12-09.",
        "“{label_zh}”填的是“{found}”，应为日期。请按 2014-12-09 的形式填写。",
    ),
    "no_such_day": Message(
        ERROR,
        "{label_en!r} is {found!r}, and there is no such day: {why_en}. Please type the day that is meant.",
        "“{label_zh}”填的是“{found}”，没有这一天：{why_zh}。请核对后改正。",
    ),
    "not_a_when": Message(
        ERROR,
        "{label_en!r} is {found!r}; a time was expected. Please type it like 2014-12-09, December 2014, early March 2015 or Q4 2014.",
        "“{label_zh}”填的是“{found}”，应为时间。请填写如 2014-12-09、2014年12月、2015年3月上旬或2014年第四季度。",
    ),
    "not_a_period": Message(
        ERROR,
        "{label_en!r} is {found!r}; a quarter was expected. Please type it like 2014-Q4.",
        "“{label_zh}”填的是“{found}”，应为季度。请按 2014-Q4 的形式填写。",
    ),
    "year_not_expected": Message(
        ERROR,
        "{label_en!r} is {found!r}; a year within {expected} was expected. Please check the year and type it anew, like 2014-12-09.",
        "“{label_zh}”是“{found}”，年份应在 {expected} 之间。请核对年份，并按 2014-12-09 的形式重新填写。",
    ),
    "month_ambiguous": Message(
        ERROR,
        "{label_en!r} is the number {found}, which may mean either of {expected}: Excel leaves out a zero at the end. Please type it like 2014-10.",
        "“{label_zh}”是数字 {found}，无法判断是 {expected_zh}（Excel 会略去末尾的 0）。请按“2014年10月”的形式填写。",
    ),
    "day_as_number": Message(
        NOTE,
        "{label_en!r} is the plain number {found}; it was read as the date {expected}.",
        "“{label_zh}”填的是数字 {found}，按日期 {expected} 处理。",
    ),
}

# What was read, left out or read with a doubt.
READ: Mapping[str, Message] = {
    "subtotal_left_out": Message(
        NOTE,
        "In {table_en!r} the row “{found}” was taken for a subtotal and left out. Totals are computed by us; if it is a row of data, give it its code.",
        "“{table_zh}”表中的“{found}”行被视为合计行，未读取。合计由系统计算；如属数据行，请填写编号。",
    ),
    "note_not_read": Message(
        NOTE,
        "In {table_en!r} the line “{found}” was taken for a note and not read. What is to be reported belongs in a row or in the remarks on the cover.",
        "“{table_zh}”表中的“{found}”被视为备注，未读取。需要上报的内容请填在数据行或封面“备注”栏。",
    ),
    "header_again": Message(
        NOTE,
        "In {table_en!r} the headers stand again among the rows (“{found}”); they were left out.",
        "“{table_zh}”表的数据行中再次出现表头（“{found}”），已略去。",
    ),
    "hidden_rows": Message(
        WARNING,
        "In {table_en!r} hidden rows ({rows}) were read all the same. Delete them if they are not to be reported.",
        "“{table_zh}”表第 {rows} 行已隐藏，但仍已读取。如不应上报，请删除这些行。",
    ),
    "hidden_columns": Message(
        WARNING,
        "In {table_en!r} column {columns} is hidden, and what stands in it was read all the same. Show it and check it; delete what is not to be reported.",
        "“{table_zh}”表的 {columns} 列已隐藏，其中内容仍已读取。请取消隐藏并核对；不应上报的内容请删除。",
    ),
    "hidden_sheet": Message(
        WARNING,
        "The sheet of {table_en!r} is hidden and was read all the same. Show it, and check what stands in it.",
        "“{table_zh}”表已隐藏，但仍已读取。请取消隐藏并核对其内容。",
    ),
    "merged_number": Message(
        ERROR,
        "In {label_en!r} one number is merged over several cells, so it cannot be known whether it is meant for each of them or for all together. Undo the merge and type each cell's own number.",
        "“{label_zh}”中有一个数字跨多个单元格合并，无法判断是每格各为该数，还是各格合计。请取消合并，分别填写。",
    ),
    "struck_text": Message(
        ERROR,
        "{label_en!r} holds something that is struck through ({found!r}), so it cannot be known what counts. Delete what is no longer meant, and leave what is.",
        "“{label_zh}”中有带删除线的内容（“{found}”），无法判断以何者为准。请删除作废的内容，只保留有效的部分。",
    ),
    "struck_words": Message(
        WARNING,
        "{label_en!r} holds words that are struck through ({found!r}). Please delete what is no longer meant.",
        "“{label_zh}”中有带删除线的文字（“{found}”）。请删除作废的文字。",
    ),
    "own_columns": Message(
        NOTE,
        "In {table_en!r} what stands in column {columns} is not part of the form and was not read.",
        "“{table_zh}”表的 {columns} 列不属于报表，未读取。",
    ),
    "own_text": Message(
        NOTE,
        "In {table_en!r} “{found}” stands where nothing is asked, and was not read. What is to be reported belongs in a row or in the remarks on the cover.",
        "“{table_zh}”表中的“{found}”写在填报单元格之外，未读取。需要上报的内容请填在数据行或封面“备注”栏。",
    ),
    "beside_answer": Message(
        ERROR,
        "In {table_en!r} a column was put in beside {label_en!r}, and “{found}” stands in it, so it cannot be known which is the answer. Put the answer where the form as sent has it, and delete that column.",
        "“{table_zh}”表中“{label_zh}”旁插入了一列，其中填有“{found}”，无法判断以何者为准。请将答案填回下发报表原有的位置，并删除插入的列。",
    ),
    "own_sheet": Message(
        NOTE,
        "The sheet {found!r} is not part of the form and was not read.{hidden_en}",
        "工作表“{found}”不属于报表，未读取。{hidden_zh}",
    ),
    "sheet_twice": Message(
        ERROR,
        "The sheet {found!r} holds rows of {table_en!r} like the sheet {expected!r}, and only one is read.{hidden_en} Move the rows into {expected!r} and delete the other sheet.",
        "工作表“{found}”与“{expected}”都含有“{table_zh}”表的数据，系统只读取一个。{hidden_zh}请将数据移到“{expected}”，并删除另一个工作表。",
    ),
    "column_twice": Message(
        ERROR,
        "In {table_en!r} the column {label_en!r} stands twice, and only one is read. Move its data into one column and delete the other.",
        "“{table_zh}”表中“{label_zh}”一栏出现两次，系统只读取一栏。请将数据合并到一栏，删除另一栏。",
    ),
    "column_disagrees": Message(
        ERROR,
        "In {table_en!r} this column was made for {label_en!r}, but its header says “{found}”. Put the header “{expected}” back, or copy the rows into the form as sent.",
        "“{table_zh}”表的该栏原为“{label_zh}”，但表头写的是“{found}”。请恢复原表头“{expected}”，或将数据复制到下发的报表中。",
    ),
    "part_elsewhere": Message(
        WARNING,
        "In {table_en!r} this column now stands beside {other_en!r}, but by its hidden mark it is that of {label_en!r}, and was read so. Please check that its numbers are those; next time, leave the columns in their places.",
        "“{table_zh}”表的该栏现在位于“{other_zh}”旁边，但按隐藏标记仍作为“{label_zh}”读取。请核对该栏数字是否属于“{label_zh}”；下次请勿移动各栏位置。",
    ),
    "header_changed": Message(
        ERROR,
        "In {table_en!r} the header of “{expected}” was changed to {found!r}, so it cannot be known what stands below it. Put the header back as it was sent, and check the column: its answers must be what that header asks.",
        "“{table_zh}”表中“{expected}”的表头被改为“{found}”，无法判断该栏所填内容。请恢复原表头，并核对该栏数据是否与原表头一致。",
    ),
    "rows_above": Message(
        ERROR,
        "In {table_en!r} something stands above the data, in row {rows} (“{found}”), and was not read. If it is data, move it below the headers; keep the headers as they were sent, above all data.",
        "“{table_zh}”表的数据区之上（第 {rows} 行）填有内容（“{found}”），未读取。如属数据，请移到表头下方；表头请保持下发时的样子，放在所有数据之上。",
    ),
    "unit_stated": Message(
        ERROR,
        "In {table_en!r} “{found}” stands for the whole sheet, but every column has its own unit: amounts are read as yuan. Type the numbers in the units of the headers, and delete this line.",
        "“{table_zh}”表写有“{found}”，但各栏单位以表头为准，金额一律按元读取。请按表头的单位填写，并删除该行文字。",
    ),
    "picture_twice": Message(
        ERROR,
        "Several pictures stand over one cell of {label_en!r}, and one was expected. Give each picture its own row.",
        "“{label_zh}”的一个单元格上有多张图片，应只有一张。请将每张图片各放一行。",
    ),
    "header_near": Message(
        NOTE,
        "In {table_en!r} the header {found!r} was taken for “{expected}”. Please do not change the headers.",
        "“{table_zh}”表的表头“{found}”按“{expected}”读取。请勿改动表头。",
    ),
    "anchor_changed": Message(
        NOTE,
        "In {table_en!r} the hidden mark of {label_en!r} was overwritten ({found!r} stands there); it was found by its words. Next time, fill in the form as sent, without pasting over hidden rows or columns.",
        "“{table_zh}”表中“{label_zh}”的隐藏标记被改动（现为“{found}”），已按文字识别。下次请直接填写下发的报表，不要粘贴覆盖隐藏的行或列。",
    ),
    "linked_cell": Message(
        WARNING,
        "{label_en!r} is taken from another workbook by a formula ({found}); the value last saved was read. Please check it, and type the value itself.",
        "“{label_zh}”通过公式引用了其他工作簿（{found}），按最近保存的数值读取。请核对，并直接填写内容。",
    ),
    "formula_not_calculated": Message(
        WARNING,
        "{label_en!r} is a formula ({found}), and the workbook says that it was saved before it was calculated; the value calculated last was read. Press F9, look at the value, save the workbook and send it again.",
        "“{label_zh}”是公式（{found}），工作簿保存前没有重新计算，系统读取的是上一次的计算结果，可能已经过时。请按 F9 重新计算，核对数值后保存并重新报送。",
    ),
    "external_links": Message(
        NOTE,
        "The workbook is linked to other workbooks; links are not followed. In Excel or WPS: Data, Edit Links, Break Link.",
        "工作簿含有指向其他工作簿的链接，系统不会打开这些链接。可在 Excel 或 WPS 的“数据”—“编辑链接”中断开。",
    ),
    "notes_not_read": Message(
        NOTE,
        "In {table_en!r} a note hangs on cells (“{found}”); notes are not read. What is to be reported belongs in the cells or in the remarks on the cover.",
        "“{table_zh}”表的单元格带有批注（“{found}”），批注不会被读取。需要上报的内容请填入单元格或封面“备注”栏。",
    ),
    "box_not_read": Message(
        WARNING,
        "In {table_en!r} a text box lies over the cells (“{found}”); text boxes are not read. Put what is to be reported into the cells or into the remarks on the cover, and delete the box.",
        "“{table_zh}”表上有文本框（“{found}”），文本框中的文字不会被读取。需要上报或说明的内容请填入单元格或封面“备注”栏，并删除文本框。",
    ),
    "shape_over_picture": Message(
        ERROR,
        "In {table_en!r} a shape is drawn over the sheet, and the pictures are printed without it. If it covers a face or a name, cover that in the picture itself and put that picture in; then delete the shape.",
        "“{table_zh}”表上画有图形，而照片刊印时不会带上图形。如用于遮挡人脸或姓名，请先在图片中遮好再插入；然后删除该图形。",
    ),
    "page_words_not_read": Message(
        NOTE,
        "The page header or footer of {table_en!r} says “{found}”; headers and footers are printed and not read. What is to be reported belongs in the cells or in the remarks on the cover.",
        "“{table_zh}”表的页眉或页脚写有“{found}”，页眉页脚只用于打印，不会被读取。需要上报的内容请填入单元格或封面“备注”栏。",
    ),
    "unit_in_page": Message(
        ERROR,
        "The page header or footer of {table_en!r} says “{found}”, but every column has its own unit: amounts are read as yuan. Type the numbers in the units of the headers, and delete these words (Page Layout, Page Setup, Header/Footer).",
        "“{table_zh}”表的页眉或页脚写有“{found}”，但各栏单位以表头为准，金额一律按元读取。请按表头的单位填写，并删除这些文字（“页面布局”—“页面设置”—“页眉/页脚”）。",
    ),
    "macros_not_run": Message(
        NOTE,
        "The workbook contains macros; they were not run, and are never run here. Please save it as “Excel Workbook (.xlsx)”.",
        "工作簿含有宏，系统没有运行，也不会运行。请另存为“Excel 工作簿（.xlsx）”后报送。",
    ),
    "picture_elsewhere": Message(
        NOTE,
        "In {table_en!r} a picture stands where none is asked for; it was not read. If it is to be used, put its top left corner into the column for pictures.",
        "“{table_zh}”表中有图片不在图片栏内，未读取。如需采用，请将其左上角移入图片栏的单元格。",
    ),
    "picture_hidden": Message(
        WARNING,
        "In {table_en!r} a picture is hidden, and it was not read. If it is to be used, let it be seen (Home, Find & Select, Selection Pane); otherwise delete it.",
        "“{table_zh}”表中有图片被设为隐藏，未读取。如需采用，请将其显示（“开始”—“查找和选择”—“选择窗格”）；否则请删除。",
    ),
    "picture_without_cell": Message(
        WARNING,
        "In {table_en!r} a picture is bound to the page and to no cell, so nobody knows to which row it belongs; it was not read. Cut it out, click its cell in the column for pictures and paste it there.",
        "“{table_zh}”表中有图片没有与单元格关联，无法判断属于哪一行，未读取。请剪切该图片，选中图片栏中对应的单元格后重新粘贴。",
    ),
}

# How the workbook keeps to its form.
FORM: Mapping[str, Message] = {
    "sheet_missing": Message(
        ERROR,
        "The sheet {expected!r} is missing. Use the form as sent and send it again with all its sheets.",
        "缺少工作表“{expected}”。请使用下发的报表，保留全部工作表后重新报送。",
    ),
    "headers_missing": Message(
        ERROR,
        "The sheet {tab!r} has none of the headers of {table_en!r}, so what stands in it was not read. Copy the rows into the form as sent, below its headers, and send that.",
        "工作表“{tab}”中找不到“{table_zh}”表的表头，其中内容未读取。请将数据复制到下发的报表中（填在表头下方），重新报送。",
    ),
    "column_missing": Message(
        ERROR,
        "In {table_en!r} the column {label_en!r} is missing. Put it back, or copy the rows into the form as sent.",
        "“{table_zh}”表缺少“{label_zh}”一栏。请恢复该栏，或将数据复制到下发的报表中。",
    ),
    "required": Message(
        ERROR,
        "{label_en!r} is blank. Please fill it in.{hint_en}",
        "“{label_zh}”未填写，请补填。{hint_zh}",
    ),
    "no_code": Message(
        ERROR,
        "{label_en!r} is {found!r}, but a row is known by it, here and in later quarters. Type its code.",
        "“{label_zh}”填的是“{found}”，但每行须凭编号识别，以后各季也要用到。请填写编号。",
    ),
    "units_differ": Message(
        ERROR,
        "{label_en!r} is {found!r}, and {other_en!r} is {other!r}: these are not in one unit. Type both in the same one, digits only.",
        "“{label_zh}”填的是“{found}”，“{other_zh}”填的是“{other}”，单位不一致。请换算为同一单位后只填数字。",
    ),
    "required_if": Message(
        ERROR,
        "{label_en!r} is blank, but {other_en!r} is {other!r}. Please fill it in.{hint_en}",
        "“{other_zh}”填的是“{other}”，因此“{label_zh}”必须填写。{hint_zh}",
    ),
    "one_of": Message(
        ERROR,
        "One of {names_en} must be filled in. Please type at least one of them.",
        "{names_zh} 至少须填写一项，请补填。",
    ),
    "part_exceeds_whole": Message(
        ERROR,
        "{label_en!r} is {found}, but {whole_en!r} ({at}) is {whole}. The part is included in the whole: correct one of the two.",
        "“{label_zh}”填的是 {found}，而“{whole_zh}”（{at}）为 {whole}。前者包含在后者之内，请核实后改正其中一个。",
    ),
    "ends_before_start": Message(
        ERROR,
        "{label_en!r} is {found}, which is before {other_en!r} ({other}). Correct one of the two dates.",
        "“{label_zh}”为 {found}，早于“{other_zh}”（{other}）。请改正其中一个日期。",
    ),
    "wrong_pattern": Message(
        ERROR,
        "{label_en!r} is {found!r}; a code like {expected} was expected. Please type the code in that form.",
        "“{label_zh}”填的是“{found}”，编号应为 {expected} 的形式，请改正。",
    ),
    "code_of_other_office": Message(
        ERROR,
        "{label_en!r} is {found!r}, which is a code of another office ({other_en}). Please use a code of your own, like {expected}.",
        "“{label_zh}”填的是“{found}”，属于其他单位（{other_zh}）的编号。请使用本单位的编号，如 {expected}。",
    ),
    "repeated_key": Message(
        ERROR,
        "{found!r} stands in more than one row, and one row was expected. Join the rows or correct {label_en!r}.",
        "“{found}”出现在多行，应只有一行。请合并各行或改正“{label_zh}”。",
    ),
    "not_unique": Message(
        ERROR,
        "In {label_en!r}, {found!r} stands in more than one row and may stand in one only. Correct the others.",
        "“{label_zh}”中的“{found}”出现在多行，只能出现一次，请改正其余各行。",
    ),
    "change_not_needed": Message(
        WARNING,
        "{label_en!r} is filled in although before and after are known; the change is computed from these. Clear this cell.",
        "改善前、改善后均已填写，“{label_zh}”由系统计算，无需填写，请清空该单元格。",
    ),
    "pair_incomplete": Message(
        ERROR,
        "The pair {found!r} needs exactly one picture “before” and one “after”. Add or correct the other picture's row.",
        "对照组“{found}”应有改善前、改善后照片各一张，请补充或改正另一张照片所在的行。",
    ),
    "looks_twice": Message(
        WARNING,
        "This row says the same as {other} ({at}): {names_en}. If it is one and the same, delete one of the two; if not, tell them apart in their names.",
        "本行与 {other}（{at}）的以下各项完全相同：{names_zh}。如为同一事项，请删除其中一行；如不是，请在名称上加以区分。",
    ),
    "outside_period": Message(
        WARNING,
        "{label_en!r} is {found}, which is not within this quarter ({expected}). Please check the date; what was completed in another quarter belongs in the return of that quarter.",
        "“{label_zh}”填的是 {found}，不在本季度（{expected}）之内。请核对日期；在其他季度完成的，应在相应季度填报。",
    ),
    "training_other_module": Message(
        WARNING,
        "{label_en!r} is {found!r}, but the activity {activity} in the sheet {tab!r} is of the module {there!r}. Correct one of the two, or name another activity.",
        "“{label_zh}”填的是“{found}”，而工作表“{tab}”中活动 {activity} 的模块为“{there}”。请改正其中一处，或改填其他活动。",
    ),
    "training_cancelled": Message(
        WARNING,
        "{label_en!r} is {found!r}, but the activity {activity} in the sheet {tab!r} is {there!r}. Correct one of the two, or name another activity.",
        "“{label_zh}”填的是“{found}”，而工作表“{tab}”中活动 {activity} 的状态为“{there}”。请改正其中一处，或改填其他活动。",
    ),
    "training_too_few": Message(
        WARNING,
        "{label_en!r} is {found}, but the number of enterprises that name this activity in the sheet of progress is {n}. Correct the number, or the activity in those rows.",
        "“{label_zh}”填的是 {found}，而进度表中有 {n} 家企业填写了该活动。请改正数量，或改正相应各行的活动编号。",
    ),
    "silent": Message(
        ERROR,
        "The sheet {tab!r} is empty and “nothing to report” is not ticked on the cover. Fill in the sheet, or tick the line on the cover.",
        "工作表“{tab}”为空，封面上也未勾选“本季无”。请填写该表，或在封面相应一行填“是”。",
    ),
    "ticked_but_filled": Message(
        ERROR,
        "The cover says “nothing to report” for {table_en!r}, but the sheet {tab!r} has rows. Clear the tick or the rows.",
        "封面上“{table_zh}”填了“本季无”，但工作表“{tab}”中有数据。请取消该项，或删除数据。",
    ),
}

# One return beside the others, and the decisions of the project office.
TOGETHER: Mapping[str, Message] = {
    "unknown_reference": Message(
        ERROR,
        "{label_en!r} is {found!r}, and {list_en} has no such code.{hint_en} Type a code that stands there.",
        "“{label_zh}”填的是“{found}”，{list_zh}中没有该编号。{hint_zh}请填写其中已有的编号。",
    ),
    "picture_not_beside": Message(
        WARNING,
        "{label_en!r} names {found!r}, and no picture of that name lies in your folder. Put the file into the folder beside the workbook, or the picture into the cell “{instead_en}”.",
        "“{label_zh}”填的是“{found}”，但文件夹中没有该名称的图片。请将图片文件与工作簿放入同一文件夹，或直接将图片置于“{instead_zh}”单元格。",
    ),
    "not_own_code": Message(
        ERROR,
        "{label_en!r} is {found!r}: neither a code of your own, like {like}, nor one of the joint activities.{hint_en} Please correct it.",
        "“{label_zh}”填的是“{found}”，既不是本单位编号（如 {like}），也不在联合活动名册中。{hint_zh}请改正。",
    ),
    "times_before": Message(
        WARNING,
        "{label_en!r} is {found}; in the quarter before it was {before}, which differs by a factor of {times} or more. Please check the number of digits; if it is right, leave it as it is.",
        "“{label_zh}”填的是 {found}，上一季度为 {before}，相差 {times} 倍以上。请核对是否多写或少写了一位；如无误，不必改动。",
    ),
    "reported_by_others": Message(
        WARNING,
        "This row says the same as {other} of {whose_en}: {names_en}. If it is one and the same, tell the project office, so that it counts once; if not, tell them apart in their names.",
        "本行与{whose_zh}报送的 {other} 的以下各项完全相同：{names_zh}。如为同一事项，请告知项目办公室，以免重复计算；如不是，请在名称上加以区分。",
    ),
    "joint_disagrees": Message(
        WARNING,
        "The offices that report {key} disagree on {label_en!r}: {said_en}. The value of the lead office ({lead_en}) is used; please agree on one.",
        "各单位对 {key} 填报的“{label_zh}”不一致：{said_zh}。暂采用牵头单位（{lead_zh}）的数据，请协商统一。",
    ),
    "joint_unlisted": Message(
        WARNING,
        "{who_en} is not among the offices that report the joint activity {key}. It was counted; please ask the project office to add you, or correct the code.",
        "{who_zh}不在联合活动 {key} 的报送单位之列。数据已计入；请联系项目办公室补充，或改正编号。",
    ),
    "joint_awaited": Message(
        NOTE,
        "{who_en} is to report the joint activity {key} and has not. The other offices' rows are used.",
        "{who_zh}应报送联合活动 {key}，尚未报送。现采用其他单位的数据。",
    ),
    "counted_before": Message(
        NOTE,
        "{key} was already counted in an earlier quarter as completed; it is not counted again.",
        "{key} 已在以前季度按已完成计入，本季不再重复计入。",
    ),
    "condition_not_registered": Message(
        WARNING,
        "indicators.yaml: {indicator} counts rows where {asked} is {found!r}, which the sheet {register} does not have, so no row is counted. The nearest is {expected!r}. Correct indicators.yaml, or add the code to the sheet.",
        "indicators.yaml：指标 {indicator} 只统计 {asked} 为“{found}”的行，但 {register} 表中没有该代码，因此没有任何行计入。最接近的是“{expected}”。请修改 indicators.yaml，或在该表中增加此代码。",
    ),
    "correction_no_match": Message(
        ERROR,
        "Correction {key} matches nothing: {why_en}. The office may have sent a new workbook: change or remove the correction.",
        "更正 {key} 未匹配到数据：{why_zh}。该单位可能已重新报送，请修改或删除该更正。",
    ),
    "correction_not_needed": Message(
        NOTE,
        "Correction {key} is no longer needed: {found!r} stands there by now. Remove the correction.",
        "更正 {key} 已无必要：原处现为“{found}”。请删除该更正。",
    ),
    "exception_no_match": Message(
        WARNING,
        "{label_en!r} is {found!r}, and there is none of that name, so this exception lets nothing pass.{hint_en} The codes stand in docs/rules.md and in templates/forms/.",
        "“{label_zh}”填的是“{found}”，没有这一名称，该例外不会放行任何问题。{hint_zh}可用的代码见 docs/rules.md 和 templates/forms/。",
    ),
    "name_no_match": Message(
        WARNING,
        "The decision on names {found} matches no row of this quarter. Check the two codes, or leave it for a later quarter.",
        "名称认定 {found} 在本季没有对应的数据。请核对两个编号，或留待以后季度。",
    ),
    "rows_lost": Message(
        ERROR,
        "This version lacks rows that the one before had: {rows}. If they are meant to go, say so in “What changed since the last version” on the cover, like “{expected}”; else put them back.",
        "本次报送缺少上一次已有的行：{rows}。如确需删除，请在封面“与上次相比的变化”中写明，如“{expected_zh}”；否则请恢复。",
    ),
    "same_version_differs": Message(
        ERROR,
        "Version {version} of this return was already accepted with other content. Raise “Version of this return” on the cover to {expected} and say what changed, or ask the project office.",
        "第 {version} 次报送已被接收，但内容不同。请将封面上的“报送次数”改为 {expected} 并说明变化，或联系项目办公室。",
    ),
    "parts": Message(
        ERROR,
        "Version {version} of this return was already accepted, and this workbook has none of its rows: it looks like a part. One workbook an office and quarter: put all rows into one, set “Version of this return” on its cover to {expected}, and send that.",
        "第 {version} 次报送已被接收，而本工作簿没有其中任何一行，像是分开填写的一部分。每单位每季度只报一份工作簿：请把所有数据合并到一份，将封面上的“报送次数”改为 {expected} 后报送。",
    ),
}

# What is wrong with a Word template, or with what is printed in it.
TEMPLATES: Mapping[str, Message] = {
    "template_not_word": Message(
        ERROR,
        "{name} is no Word document that can be read ({why}). Save it as .docx in Word or WPS.",
        "{name} 不是可读取的 Word 文档（{why}）。请在 Word 或 WPS 中另存为 .docx。",
    ),
    "template_undefined": Message(
        ERROR,
        "{name}, {place_en}: {found} asks for {asked!r}, which is not there.{hint_en} `score template fields` lists what there is.",
        "{name}，{place_zh}：{found} 用到的“{asked}”不存在。{hint_zh}可用内容见 `score template fields`。",
    ),
    "template_filter": Message(
        ERROR,
        "{name}, {place_en}: {found} uses {asked!r}, which is no filter or test that is known.{hint_en} A figure or a text is printed without any: delete it if in doubt.",
        "{name}，{place_zh}：{found} 用到了未知的过滤器或测试“{asked}”。{hint_zh}指标和文字无需过滤器即可打印，如不确定请删除。",
    ),
    "template_syntax": Message(
        ERROR,
        "{name}, {place_en}: {found} cannot be understood: {why_en}. Correct the tag in Word.",
        "{name}，{place_zh}：无法理解 {found}（{why_zh}）。请在 Word 中改正该标签。",
    ),
    "template_bare": Message(
        ERROR,
        "{name}, {place_en}: {found} prints {asked}, which is no figure and nobody's words. Print a figure or a text of the workbooks, or write the words into the template.",
        "{name}，{place_zh}：{found} 要打印的是 {asked}，既不是指标数据，也不是填报的文字。请改用指标或填报内容，或把文字直接写进模板。",
    ),
    "template_failed": Message(
        ERROR,
        "{name}, {place_en}: {found} cannot be computed: {why}. Correct the tag in Word.",
        "{name}，{place_zh}：{found} 无法计算（{why}）。请在 Word 中改正该标签。",
    ),
    "template_beside": Message(
        ERROR,
        "{name}, {place_en}: {found} removes the whole {what_en} that it stands in, and {beside!r} with it. Put the tag into {what_en_own} of its own.",
        "{name}，{place_zh}：{found} 会连同所在的整{what_zh}一起删除，其中的“{beside}”也会丢失。请让该标签独占一{what_zh}。",
    ),
    "template_braces": Message(
        ERROR,
        "{name}, {place_en}: {found} is typed with full-width signs and would be printed as it stands. Type {expected} with the English keyboard.",
        "{name}，{place_zh}：{found} 使用了全角符号，会原样打印出来。请切换到英文输入法，改为 {expected}。",
    ),
    "template_signs": Message(
        ERROR,
        "{name}, {place_en}: {found} is no whole tag. Type {expected}.",
        "{name}，{place_zh}：{found} 不是完整的标签。请改为 {expected}。",
    ),
    "template_brace": Message(
        WARNING,
        "{name}, {place_en}: {found} has single braces and is printed as it stands. If a value is meant, type {expected}.",
        "{name}，{place_zh}：{found} 只有单层括号，会原样打印出来。如需打印数值，请改为 {expected}。",
    ),
    "template_apart": Message(
        ERROR,
        "{name}, {place_en}: {found} belongs to {first} in {first_en}, on another level. Both must stand in paragraphs of one cell ({{%p), in rows of one table ({{%tr), or in one paragraph.",
        "{name}，{place_zh}：{found} 与{first_zh}的 {first} 配对，但不在同一层次。两者须同在一格的段落中（{{%p）、同一表格的行中（{{%tr），或同一段落内。",
    ),
    "template_broken": Message(
        ERROR,
        "{name}, {place_en}: after filling, Word could not open the document ({why}). Usually a block begins in one table, row or paragraph and ends in another: put {{%tr … %}} and {{%p … %}} into rows and paragraphs of their own.",
        "{name}，{place_zh}：填入数据后 Word 将无法打开该文档（{why}）。多半是循环或条件的起止标签不在同一表格、同一层次：请让 {{%tr … %}}、{{%p … %}} 各自独占一行或一段。",
    ),
    "template_lost": Message(
        ERROR,
        "{name}: {found!r} was printed and is not in the finished document. Please report this; the last good draft stays.",
        "{name}：“{found}”已填入，但成稿中找不到。请反馈此问题；上一份正常的稿件保留不变。",
    ),
    "template_style": Message(
        WARNING,
        "{name}, {place_en}: the style {found!r} is not defined in the template, so Word shows Normal. Choose a style of the template.",
        "{name}，{place_zh}：模板中没有样式“{found}”，Word 会按正文显示。请改用模板已有的样式。",
    ),
    "template_alt": Message(
        WARNING,
        "{name}, {place_en}: the picture {found!r} has no alternative text. Add it in Word (Picture, Alt Text).",
        "{name}，{place_zh}：图片“{found}”没有替代文字。请在 Word 中添加（图片，替代文字）。",
    ),
    "template_by_hand": Message(
        WARNING,
        "{name}, {place_en}: {found!r} is formatted by hand (bold, colour, font or size). Use a style of the template, so that all pages look alike.",
        "{name}，{place_zh}：“{found}”是手动设置的格式（加粗、颜色、字体或字号）。请改用模板中的样式，使各页风格一致。",
    ),
    "unprintable": Message(
        WARNING,
        "{name}: {found!r} holds {signs}, which Word cannot hold; the sign \ufffd stands in its place. Retype the text in the workbook.",
        "{name}：“{found}”含有 Word 无法保存的字符（{signs}），已用 \ufffd 代替。请在工作簿中重新录入该文字。",
    ),
}

# What a person should look at before the newsletter goes out.
NEWSLETTER: Mapping[str, Message] = {
    "project_lacks": Message(
        WARNING,
        "{name}: the project office's workbook of {period} does not give {fields_en} (sheet “{table_en}”), so a dash stands there. Fill it in and send the workbook.",
        "{name}：{period} 项目办公室工作簿的“{table_zh}”表未填写{fields_zh}，稿件中以“–”代替。请填写后报送。",
    ),
    "narrative_untranslated": Message(
        WARNING,
        "{name}: the section {item} is written in the other language only ({found!r}), so what is to be written stands there. Write it in the sheet “{table_en}”, {field_en}.",
        "{name}：章节 {item} 只填写了另一种语言的文字（“{found}”），稿件中该处为写作提示。请在“{table_zh}”表的“{field_zh}”栏填写。",
    ),
    "newsletter_untranslated": Message(
        WARNING,
        "{name}: {item} has no text in the language of this edition; {found!r} is printed as it was typed. Put a translation into the sheet of the newsletter's layout.",
        "{name}：{item} 没有本语言版本的文字，现按原文“{found}”刊出。请在简报编排表中填写译文。",
    ),
    "newsletter_no_consent": Message(
        WARNING,
        "{name}: {item} is not printed: the people in it have not agreed, or their consent has ended.",
        "{name}：{item} 未刊出：相关人员未同意，或同意已过期。",
    ),
    "newsletter_unknown_item": Message(
        WARNING,
        "{name}: the layout asks for {item}, which no return of this quarter has. Check the code and the sheet it is from.",
        "{name}：编排表要求刊出 {item}，但本季报表中没有该编号。请核对编号及来源表。",
    ),
    "newsletter_half_pair": Message(
        WARNING,
        "{name}: the pictures {item} are not printed: a picture of before and one of after are needed, both with consent.",
        "{name}：图片 {item} 未刊出：需要改善前、改善后各一张，且均已取得同意。",
    ),
    "newsletter_too_long": Message(
        WARNING,
        "{name}: page {page} is about {lines} lines too long. The longest items there are {items_en}: shorten them in the sheet of the layout, or print fewer.",
        "{name}：第{page}版约超出{lines}行。该版最长的内容为 {items_zh}：请在简报编排表中缩短，或减少刊出条目。",
    ),
    "newsletter_nothing": Message(
        WARNING,
        "{name}: nothing is laid out for {period}, so its pages are almost blank. Mark in the sheet of the layout, under “Print”, what is to be printed.",
        "{name}：{period} 尚未编排任何内容，版面几乎空白。请在简报编排表的“采用”栏选定要刊出的内容。",
    ),
    "newsletter_slot": Message(
        NOTE,
        "{name}: {item}, {what_en}: {found!r} takes {lines} more lines than it has room for. Shorten it in the sheet of the layout.",
        "{name}：{item} 的{what_zh}“{found}”超出{lines}行。请在简报编排表中缩短。",
    ),
}

CATALOGUE: Mapping[str, Message] = {**REFUSALS, **TYPED, **READ, **FORM, **TOGETHER, **TEMPLATES, **NEWSLETTER}


# What is added to a sentence.
NO_MORE = Words("", "")
HIDDEN = Words(  # of a sheet that is not read
    " '{found}' is hidden: to see it, right-click the tab of any sheet and choose “Unhide”.",
    "“{found}”已隐藏，可右击任一工作表标签，选择“取消隐藏”后查看。",
)
# What stands before a sentence whose request need not be followed.
PASSED = Words(
    "The project office lets this pass: {reason} ({by}). You need not do anything. ",
    "项目办公室已按例外处理：{reason}（{by}），无需改动。",
)
# What may be typed, of codes that do not know it closer: it stands beside what was typed.
WANTED: Mapping[str, Words] = {
    **dict.fromkeys(("not_a_count", "counts_another"), Words("a whole number, like 12", "整数，如 12")),
    **dict.fromkeys(
        ("error_cell", "formula_without_value", "shown_otherwise"), Words("the value itself", "直接填写内容")
    ),
    **dict.fromkeys(("required", "required_if"), Words("an answer", "必填")),
    "not_a_picture": Words("a picture in the cell", "单元格中的图片"),
    "picture_twice": Words("one picture", "一张图片"),
    "not_a_number": Words("a number", "数字"),
    "not_an_amount": Words("yuan, digits only, like 255700", "以元为单位的数字，如 255700"),
    "not_a_share": Words("a number with its %, like 4.13%", "带百分号的数，如 4.13%"),
    "finer_than_fen": Words("two decimals at most", "最多两位小数"),
    "negative": Words("0 or more", "0 或正数"),
    "measure_missing": Words("a measure in its column", "先选择指标"),
    "not_a_day": Words("a date, like 2014-12-09", "日期，如 2014-12-09"),
    "no_such_day": Words("a date that exists", "实际存在的日期"),
    "not_a_when": Words("a time, like 2014-12-09 or December 2014", "时间，如 2014-12-09 或 2014年12月"),
    "not_a_period": Words("a quarter, like 2014-Q4", "季度，如 2014-Q4"),
    "merged_number": Words("a number in each row", "每行各填一个数"),
    "struck_text": Words("an answer that is not struck through", "不带删除线的内容"),
    "no_code": Words("a code", "编号"),
    "units_differ": Words("a number in the unit of “{other_en}”", "与“{other_zh}”单位相同的数字"),
    "ends_before_start": Words("{other} or later", "{other} 或之后"),
    **dict.fromkeys(("repeated_key", "not_unique"), Words("each once", "各行不重复")),
    "pair_incomplete": Words("one before and one after", "“改善前”“改善后”各一张"),
    "silent": Words("rows in the sheet, or “yes” here", "在表中填写数据，或在此填“是”"),
    "unknown_reference": Words("a code of {list_en}", "{list_zh}中的编号"),
    "not_own_code": Words("a code like {like}", "如 {like} 的编号"),
}
ON_TRIAL = Words(
    "This rule is on trial and keeps nothing out: you need not do anything. Tell the project office if it is wrong here. ",
    "此项规则尚在试行，不影响接收，可以不改；如有不妥，请告知项目办公室。",
)
UNTAKEN = Words("The value cannot be read and is not taken. ", "但该值无法识别，未予采用。")
OTHERWISE = Words("Otherwise it would say: ", "原提示：")


def finding(code: str, *, found: str | None = None, expected: str | None = None, **params: str) -> Finding:
    """Return a finding of that code with its severity; its place is added by who knows it.

    >>> finding("password").severity
    <Severity.ERROR: 'error'>
    """
    return Finding(code, CATALOGUE[code].severity, found=found, expected=expected, params=params)


def wrong_form(stamped: str, forms: Mapping[str, Form], wanted: Sequence[str]) -> dict[str, str]:
    """Return what a message about the wrong form asks for: the forms by their titles."""
    known = Words(stamped, stamped) if stamped not in forms else forms[stamped].title
    titles = [forms[name].title for name in wanted]
    return {
        "found": stamped,
        "stamped_en": known.en,
        "stamped_zh": known.zh,
        "expected": ", ".join(title.en for title in titles),
        "expected_zh": "、".join(title.zh for title in titles),
    }


def say(finding: Finding) -> Words:
    """Return the finding's sentence in both languages; before it who lets it pass and why, or that its rule is on trial.

    >>> say(finding("password")).zh
    '工作簿设有密码，无法打开。请取消密码，保存后重新报送。'
    """
    if finding.parts and len({(one.expected, *sorted(one.params.items())) for one in finding.parts}) > 1:
        first, *others = finding.at_cells
        return _with_others(say(first), [cell for one in others for cell in one.cells])
    message = CATALOGUE[finding.code]
    before = list(_waived(finding))
    words = {
        "key": finding.key or "",
        **finding.params,
        "found": finding.found or "",
        "expected": finding.expected or "",
    }
    en, zh = "".join(one.en for one in before) + message.en, "".join(one.zh for one in before) + message.zh
    return Words(*(QUOTING.vformat(sentence, (), words) for sentence in (en, zh)))


def _waived(finding: Finding) -> Iterator[Words]:
    """Yield what stands before a sentence: that it need not be followed, and whether its value is taken all the same."""
    if not finding.excepted_by and not finding.trial:
        return
    yield PASSED if finding.excepted_by else ON_TRIAL
    if finding.params.get("untaken"):
        yield UNTAKEN
    yield OTHERWISE


BLANK = {"e": "blank", "z": "空白"}


def wanted(finding: Finding) -> Words:
    """Return what may be typed where a finding stands: what it expects, else what its code does; blank if that is not known.

    >>> wanted(finding("negative")).en, wanted(finding("looks_twice")).en
    ('0 or more', '')
    """
    known = finding.params.get("expected_en", finding.expected)
    if known:
        return Words(known, finding.params.get("expected_zh", known))
    said = WANTED.get(finding.code, Words("", ""))
    return Words(*(QUOTING.vformat(text, (), finding.params) for text in (said.en, said.zh)))


class _Quoting(string.Formatter):
    """What a person typed stands in an English sentence between quotation marks, as it was typed, in one line.

    `!e` and `!z` say in English and Chinese, too, that nothing was.
    """

    def convert_field(self, value: object, conversion: str | None) -> object:
        if conversion == "r":
            return f"'{' '.join(str(value).split())}'"
        if conversion in BLANK:
            return f"“{value}”" if value else BLANK[conversion]
        return super().convert_field(value, conversion)


QUOTING = _Quoting()


def _with_others(said: Words, cells: Sequence[str]) -> Words:
    """Return a sentence about one cell with the others of which the same is so, each in its own numbers."""
    more = " …" if len(cells) > OTHERS else ""
    return Words(
        f"{said.en} Likewise in {', '.join(cells[:OTHERS])}{more}.",
        f"{said.zh}{'、'.join(cells[:OTHERS])}{more} 情况相同。",
    )


OTHERS = 6  # cells that a sentence names
