"""Widgets that several pages share: cards, panels, pills, charts, the rail, the status line, dialogs."""
