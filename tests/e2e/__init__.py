"""End-to-end cases on the composed stack; see run.py and the cases."""
