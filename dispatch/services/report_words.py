"""The words of a service report, in English and Chinese: one table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "report": {"en": "Service report", "zh": "服务报告"},
    "page": {"en": "page {page} of {pages}", "zh": "第{page}页，共{pages}页"},
    "not_finished": {"en": "Not finished yet", "zh": "尚未完成"},
    "completed": {"en": "Completed", "zh": "已完成"},
    "incomplete": {"en": "Not yet solved", "zh": "尚未解决"},
    "no_show": {"en": "Nobody was there", "zh": "无人在场"},
    "cancelled": {"en": "Cancelled", "zh": "已取消"},
    "follows": {"en": "Another visit follows; we will tell you when.", "zh": "我们还会再次上门，时间将另行通知。"},
    "job": {"en": "Job", "zh": "工单"},
    "work": {"en": "Kind of work", "zh": "工作类型"},
    "customer": {"en": "Customer", "zh": "客户"},
    "contact": {"en": "Contact", "zh": "联系人"},
    "site": {"en": "Site", "zh": "地点"},
    "equipment": {"en": "Equipment", "zh": "设备"},
    "machine": {"en": "Machine", "zh": "设备"},
    "serial": {"en": "Serial number", "zh": "序列号"},
    "installed": {"en": "Installed", "zh": "安装日期"},
    "warranty": {"en": "Under warranty until", "zh": "保修期至"},
    "warranty_ended": {"en": "Warranty ended", "zh": "保修已于此日到期"},
    "visit": {"en": "Visit", "zh": "上门服务"},
    "date": {"en": "Date", "zh": "日期"},
    "arrived": {"en": "Arrived", "zh": "到达"},
    "started": {"en": "Work began", "zh": "开始工作"},
    "finished": {"en": "Finished", "zh": "结束"},
    "paused": {"en": "Paused for", "zh": "暂停"},
    "technicians": {"en": "Technicians", "zh": "技师"},
    "technician": {"en": "Technician", "zh": "技师"},
    "asked": {"en": "What was asked", "zh": "报修内容"},
    "done": {"en": "What was done", "zh": "工作内容"},
    "left": {"en": "What is still to be done", "zh": "待办事项"},
    "checklist": {"en": "Checklist", "zh": "检查项目"},
    "yes": {"en": "Yes", "zh": "是"},
    "no": {"en": "No", "zh": "否"},
    "to_come": {"en": "The picture is still to come.", "zh": "图片尚未上传。"},
    "parts_used": {"en": "Parts used", "zh": "使用的配件"},
    "parts_requested": {"en": "Parts that are still needed", "zh": "尚需的配件"},
    "part": {"en": "Part", "zh": "配件"},
    "quantity": {"en": "Quantity", "zh": "数量"},
    "photos": {"en": "Photos", "zh": "照片"},
    "photos_awaited": {
        "en": "Pictures still to come: {count}. The report is made again once they are there.",
        "zh": "还有{count}张图片尚未上传，上传后将重新生成报告。",
    },
    "photos_left_out": {"en": "Further photos that are not shown: {count}.", "zh": "另有{count}张照片未显示。"},
    "signature": {"en": "Signature", "zh": "签名"},
    "signed": {"en": "Signed by {name}, {at}", "zh": "签字人：{name}，{at}"},
    "unsigned": {"en": "Not signed", "zh": "未签字"},
    "times_in": {"en": "All times are those of {zone}.", "zh": "所有时间均为当地时间（{zone}）。"},
}
"""Word → language → how it is said."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_ZH = "一二三四五六日"


def word(name: str, language: str, /, **values: object) -> str:
    """A word or a sentence of the report."""
    return WORDS[name][language].format_map(values)


def day(at: dt.date, language: str) -> str:
    """A day, as people write it."""
    if language == "zh":
        return f"{at.year}年{at.month}月{at.day}日 星期{_DAYS_ZH[at.weekday()]}"
    return f"{_DAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]} {at.year}"


def moment(at: dt.datetime, than: dt.date | None, language: str) -> str:
    """A time, with its day where that is another one than ``than``."""
    return f"{at:%H:%M}" if than == at.date() else f"{day(at.date(), language)}, {at:%H:%M}"


def span(seconds: int, language: str) -> str:
    """A duration in hours and minutes."""
    hours, minutes = divmod(max(round(seconds / 60), 1), 60)
    if language == "zh":
        return (f"{hours}小时" if hours else "") + (f"{minutes}分钟" if minutes or not hours else "")
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if minutes or not hours else [])])


def amount(value: float) -> str:
    """A quantity or a measured number, without zeros that say nothing."""
    return f"{value:,.6f}".rstrip("0").rstrip(".")
