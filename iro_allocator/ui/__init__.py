"""The window: its foundation, which every page builds on.

**A page** is a `page.Page`: made once without a world, widgets put into `self.body`; the window sets
`self.workspace` and calls `show_world(world)` whenever anything has changed.

    class Children(Page):
        def __init__(self) -> None:
            super().__init__("Children")
            self.add_action("New child…", self._new, primary=True, shortcut="Ctrl+N")   # a QPushButton
            self.table = TableView(
                "Children",                                       # what a screen reader says
                (
                    Column(title="Child", value=lambda case: case.id),
                    Column(title="Weight", value=lambda case: …, align="right", format="{:.2f}".format),
                ),
                key=lambda case: case.id,                         # which row is the same one later
                empty="No children yet. Import a spreadsheet.",
            )
            panel = Panel("Children")
            panel.add(self.table, 1)
            self.body.addWidget(panel, 1)

        def show_world(self, world: World) -> None:
            super().show_world(world)
            self.set_heading(subtitle=f"{world.loads.children:,} children")
            self.table.set_rows(world.snapshot.open_cases(world.day))

        def go_to(self, argument: Argument) -> None: …            # str id | Only(words, ids) | Do(verb) | None

        def read(self) -> dict[str, Any]:
            return {**super().read(), "children": self.table.read()}

It is put into the window by one line in `pages.PAGES`. `show_world` is called when the page is next seen,
not before; keep in it what is shown, and put long work into a Job.

**What a page wants** it says with signals: `wants_commit(Step)` (the window commits, shows the new world
everywhere, offers Undo; nothing is asked twice), `wants_page(key, argument)` with the keys overview,
referrals, caseloads, iros, children, what_if, importing, reports, history, settings, `wants_job(Job)`,
`message(str)`, `wrote(files)` (the window says so and offers their folder).
Arguments: the id of an IRO or child; `Only(words, ids)` = show just these; `Do("suggest")`,
`Do("rebalance")`, `Do("new")`. `caseloads` and `iros` take an IRO's id, `children` a child's reference or
`Only`, `what_if` the id of an IRO who leaves or of a saved scenario, `referrals` a child's reference,
`Do("suggest")` or `Do("new")`, `importing` the path of a file, `reports` an IRO's id or `Do` with the name of
a list.

**A Job** (`jobs.Job`) does anything that takes more than a blink: `Job(title, work, done, failed=None,
stop_words="", database=False, gives_world=False)` with `work(report, stopped) -> value` on another thread
and `done(value)` back on the UI thread. Database verbs of the workspace go with `database=True`; those
that give a World (undo(number), take(draft)) also with `gives_world=True`. Never wait, never processEvents.

    work = lambda report, stopped: workspace.propose(world, "referrals", progress=report, stop=stopped)
    self.wants_job.emit(Job("Suggesting IROs", work, self._suggested, stop_words="Stop and use this"))

Errors: raise or pass on `errors.Explained`; the window shows what, where and what to do.

**Tables** (`tables`): `Column(title=, value=, align=, format=, tip=, tone=, pill=, paint=, button=, check=,
edit=, choices=, width=, stretch=, wrap=)`, `TableView(name, columns, rows, key=, drag=, empty=, many=)` with
`set_rows`, `set_filter(text, where)`, `current`, `selected`, `choose(key)`, `read()`, `copy()`; signals
`chosen(row | None)`, `opened(row)` (Enter, double click), `pressed_button(row, title)`. `drag(rows)` gives
references of children; `cases_of(mime)` reads them back.

**Widgets**: `widgets.panel` (`Panel(title, subtitle)` with `.add(widget, stretch)`, `.header`, `.set_title`;
`EmptyState(title, words, action, slot)`; `heading`, `muted`, `link`), `widgets.cards` (`Card`, `CardRow`),
`widgets.pill_label.PillLabel`, `widgets.caseload_chart.CaseloadChart` (`show_loads(now, after=None,
changed={iro: load}, where=)`, `choose(iro)`, `accept_drops(hover)`; signals chosen(iro), opened(iro),
dropped(cases, iro)), `widgets.form.Form` (`add_text(key, label, value)`, `add_words`, `add_number`, `add_choice`,
`add_date`, `add_check`, `add_row(label, widget)`, `add_note`; `values`, `show_values(dict)`, signal changed()),
`widgets.date_field.DateField` and `parse_day`, `widgets.work_line.WorkLine` (work under way in a page or dialog:
seconds, how far, *Stop and use this*), `widgets.frontier_chart.FrontierChart`, `widgets.year_strip.YearStrip`,
`moves_table.MovesTable` (the moves of a plan: ticked, refused, given to somebody else). Pills: `paper.pill.Pill(text,
tone, sign)` with tone good, warn, bad, info, plain; `share_pill(difference, tolerance)`; `briefing.signed_percent`.

**Style** (`style`): distances in `GAP` (8 px), `row_height()`, `wide(letters)`, `colours()` for painters.
Object names known to the style sheet: muted, small, strong, bad, heading; properties primary, link, wrong.
Every control needs an accessible name unless its text or buddy label gives one. Texts: British, calm.
"""
