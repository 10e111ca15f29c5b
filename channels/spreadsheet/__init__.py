"""Spreadsheets: orders from xlsx, xls, csv and tsv files, read in a child process that may die."""
