"""ECharts options as plain data, built from results.

Options carry no colours: a series names a preset of the theme (``"preset": "left.line"``), other
colours name a design token (``"$ink-3"``), and functions are named (``"@degrees"``).  The module
``static/js/charts.js`` resolves all three in the theme of the moment.
"""
