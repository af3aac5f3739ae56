"""Pages of the admin as a browser sees them: their addresses, and what their forms would send."""

from django.contrib.admin.utils import quote
from django.urls import reverse


def listing(model):
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")


def adding(model):
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_add")


def changing(row):
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[quote(row.pk)])


def deleting(row):
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_delete", args=[quote(row.pk)])


def filled_in(page):
    """What a browser sends if the editor saves this page as it is."""
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    fields = _fields(page.context["adminform"].form)
    for formset in formsets:
        fields |= _rows(formset)
        for form in formset.forms:
            if hasattr(form, "parts"):
                fields |= _rows(form.parts)
    return fields


def errors(page):
    """All that the page finds fault with, by the name of the box or the prefix of the form."""
    found = _errors(page.context["adminform"].form)
    for inline in page.context["inline_admin_formsets"]:
        found |= _errors_of_rows(inline.formset)
    return found


def post(editor, url, fields):
    """Save a form; the page it answers with if it was refused, else None."""
    answer = editor.post(url, fields)
    assert answer.status_code in {200, 302}
    return answer if answer.status_code == 200 else None


def save(editor, row, **changes):
    """Save the page of this row with these changes."""
    page = post(editor, changing(row), filled_in(editor.get(changing(row))) | changes)
    assert page is None, errors(page)


def a_plan(**changes):
    """What a browser sends to add a plan with one row in each of its inlines."""
    counts = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    inlines = ("events", "outgoing", "targets", "measures", "measures-0-terms")
    return {
        **{f"{prefix}-{name}": count for prefix in inlines for name, count in counts.items()},
        "id": "hangzhou-2030",
        "name_en": "Hangzhou 2030",
        "name_zh": "杭州2030",
        "jurisdiction": "city-0",
        "kind": "action_plan",
        "status": "issued",
        "sources": ["gazette"],
        "reliability": "reported",
        "is_published": "on",
        "events-0-kind": "published",
        "events-0-date": "2025-03",
        "outgoing-0-kind": "replaces",
        "outgoing-0-other": "plan-0",
        "targets-0-id": "hangzhou-2030.compute",
        "targets-0-statement": "Compute reaches 40 EFLOPS.",
        "targets-0-comparator": "gte",
        "targets-0-value": "40",
        "targets-0-unit": "EFLOPS",
        "targets-0-basis": "level",
        "targets-0-sources": ["gazette"],
        "targets-0-reliability": "reported",
        "targets-0-is_published": "on",
        "measures-0-id": "hangzhou-2030.vouchers",
        "measures-0-statement": "Vouchers pay for compute.",
        "measures-0-instrument": "voucher",
        "measures-0-sources": ["gazette"],
        "measures-0-reliability": "reported",
        "measures-0-is_published": "on",
        "measures-0-terms-0-condition": "small firms",
        "measures-0-terms-0-rate_percent": "50",
        **changes,
    }


def _rows(formset):
    fields = _fields(formset.management_form)
    for form in formset.forms:
        fields |= _fields(form)
    return fields


def _fields(form):
    sent = {}
    for bound in form:
        value = bound.value()
        if bound.field.show_hidden_initial:
            sent[bound.html_initial_name] = value
        # An unticked box sends nothing.
        if value is not False:
            sent[bound.html_name] = "on" if value is True else "" if value is None else value
    return sent


def _errors(form):
    return {form.add_prefix(name): [str(message) for message in messages] for name, messages in form.errors.items()}


def _errors_of_rows(formset):
    found = {formset.prefix: list(map(str, formset.non_form_errors()))} if formset.non_form_errors() else {}
    for form in formset.forms:
        found |= _errors(form)
        if hasattr(form, "parts"):
            found |= _errors_of_rows(form.parts)
    return found
