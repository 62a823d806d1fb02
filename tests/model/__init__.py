"""The model of a line: README.md"""
