"""Executing chapters with papermill and publishing a complete report, or leaving the previous one as it was."""
