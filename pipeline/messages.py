"""A finding -> its sentence in English and Chinese.  Pure.

Every code has one row here: its severity, and what it says.  A sentence says where, what
was found, what was expected and what to do, in the form's words; `{label}` is the field's
title, `{found}` what stands there.  Codes are stable: they stand in `check --json`, in the
project office's exceptions and in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.model import Finding, Severity, Words

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
        "This file is {what}, not an Excel workbook. Open it in Excel or WPS, save it as .xlsx and send it again.",
        "该文件是{what_zh}，不是 Excel 工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。",
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
        "工作簿过大：{found}，系统最多读取{expected}。请删除与报表无关的内容后重新报送。",
    ),
    "unsafe_xml": Message(
        ERROR,
        "The workbook contains a document type definition, which Excel never writes. Copy the data into the form sent to you and send that.",
        "工作簿含有文档类型定义（DTD），Excel 不会写入此类内容。请将数据复制到下发的报表中再报送。",
    ),
    "no_answer": Message(
        ERROR,
        "Reading the workbook took more than {expected} and was stopped. Copy the data into the form sent to you and send that.",
        "读取工作簿超过{expected}，已中止。请将数据复制到下发的报表中再报送。",
    ),
    "wrong_form": Message(
        ERROR,
        "This is not the form that was expected: the cover says {found!r}, known are {expected}. Use the form sent to you.",
        "这不是应报的报表：封面上的表名为“{found}”，可接受的为{expected}。请使用下发的报表。",
    ),
    "no_cover": Message(
        ERROR,
        "The workbook has no cover sheet with our stamps, so it cannot be known who sends it for which period. Use the form sent to you.",
        "工作簿中没有带识别信息的封面，无法判断报送单位和报告期。请使用下发的报表。",
    ),
    "stamp_missing": Message(
        ERROR,
        "On the cover, {label_en!r} must be {expected}, and {found!r} stands there. It is filled in by us: use the form sent to you.",
        "封面上的“{label_zh}”应为{expected}，现为“{found}”。该项由系统预填：请使用下发的报表。",
    ),
    "edition_unknown": Message(
        ERROR,
        "The form is of edition {found}, which is not known here; the newest is {expected}. Use the form sent to you.",
        "报表版本为 {found}，系统中没有该版本；最新版本为 {expected}。请使用下发的报表。",
    ),
    "other_office": Message(
        ERROR,
        "The workbook is stamped for the office {found!r} but lies in the folder of {expected!r}. Put it into the right folder, or use your own form.",
        "该工作簿属于单位“{found}”，却放在“{expected}”的文件夹中。请放入正确的文件夹，或使用本单位的报表。",
    ),
}

# How a cell was typed.
TYPED: Mapping[str, Message] = {}

# How the workbook keeps to its form.
FORM: Mapping[str, Message] = {}

# One return beside the others, and the decisions of the project office.
TOGETHER: Mapping[str, Message] = {}

CATALOGUE: Mapping[str, Message] = {**REFUSALS, **TYPED, **FORM, **TOGETHER}


def finding(code: str, *, found: str | None = None, expected: str | None = None, **params: str) -> Finding:
    """Return a finding of that code with its severity; its place is added by who knows it.

    >>> finding("password").severity
    <Severity.ERROR: 'error'>
    """
    return Finding(code, CATALOGUE[code].severity, found=found, expected=expected, params=params)


def say(finding: Finding) -> Words:
    """Return the finding's sentence in both languages.

    >>> say(finding("password")).zh
    '工作簿设有密码，无法打开。请取消密码，保存后重新报送。'
    """
    message = CATALOGUE[finding.code]
    words = {**finding.params, "found": finding.found or "", "expected": finding.expected or ""}
    return Words(message.en.format(**words), message.zh.format(**words))
