"""What follows from the documents and the figures together: verdicts, goals, priorities, dashboard, plan."""
