"""Policy: statements, goals, priorities, dashboard and plan, judged from documents and figures together."""
