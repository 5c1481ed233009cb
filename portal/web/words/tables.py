"""Words for what is wrong with a row of a pasted table."""

from flask_babel import lazy_gettext as _l

from portal.domain.papers.tables import COLUMNS, RowFault

FAULTS = {
    RowFault.COLUMNS: _l("A row has %(count)d cells: case, step, day, words.", count=COLUMNS),
    RowFault.CASE: _l("This is not one of your cases."),
    RowFault.STEP: _l("There is no such step in the plan. Use its number in the list below, or its words."),
    RowFault.STEP_UNCLEAR: _l("Several steps are called this. Use the number of the step."),
    RowFault.NOT_OPEN: _l("This step is reported or settled already."),
    RowFault.TWICE: _l("This step stands in another row, too."),
    RowFault.DAY: _l("This is not a day. Write it like 26.11.2026."),
    RowFault.DAY_IN_FUTURE: _l("This day is still to come."),
    RowFault.DAY_TOO_EARLY: _l("This day is before the return."),
    RowFault.WORDS_LONG: _l("These words are too long."),
}
