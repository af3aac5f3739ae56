"""The admin: how rows are edited so that they are published, and what was published."""

from publishing.admin import history as history
from publishing.admin.forms import NumberedForm as NumberedForm
from publishing.admin.forms import OwnerForm as OwnerForm
from publishing.admin.formsets import NumberedFormSet as NumberedFormSet
from publishing.admin.formsets import OwnerFormSet as OwnerFormSet
from publishing.admin.formsets import RowFormSet as RowFormSet
from publishing.admin.options import RowAdmin as RowAdmin
from publishing.admin.options import RowSheets as RowSheets
from publishing.admin.options import RowTable as RowTable
from publishing.admin.widgets import PlainNumber as PlainNumber
