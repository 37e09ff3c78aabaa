"""What one data file may cost. Every bound is on what is in hand at once, so that memory is flat whatever the size."""

MOST_BYTES = 2 * 1024**3
BLOCK = 256 * 1024  # bytes read at once
MOST_LINE = 1024 * 1024  # characters of one line, and of one record of a JSON file
MOST_RECORD_LINES = 1000  # lines of one record: a cell may hold line breaks
MOST_COLUMNS = 300
BATCH_ROWS = 500
BATCH_CHARACTERS = 1024 * 1024
LONGEST_CELL = 2000  # characters looked at; a cell may be longer
SAMPLE_ROWS = 10
SAMPLE_CELL = 80

# XLSX: a packed workbook.
MOST_PARTS = 10_000
MOST_DIRECTORY = 4 * 1024**2
MOST_UNPACKED = 4 * 1024**3
MOST_RATIO = 200
RATIO_FROM = 20 * 1024**2  # small parts pack as they like
MOST_STRINGS = 100_000  # of the workbook's string table; later ones are known to be text, not which

# Parquet: the directory at the end of the file.
MOST_FOOTER = 16 * 1024**2
