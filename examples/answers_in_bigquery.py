"""How students answer, as somebody reads it from BigQuery by hand; see `mlapi refactor`."""

# %% Who took the test in the second wave, and answered the first item
import pandas as pd
from google.cloud import bigquery

client = bigquery.Client()
wave = "s05"

sql = f"""
SELECT *
FROM exams.answers
WHERE student_id >= '{wave}'
"""
query_job = client.query(sql)  # starts the query
rows = query_job.result()
answers = rows.to_dataframe()
answers = answers[answers["item_1"] == 1].reset_index(drop=True)
answers = answers[["student_id", "item_1", "item_5"]]

# %% How many solved each number of items
sql = """
SELECT item_1 + item_2 + item_3 AS solved, COUNT(*) AS students
FROM exams.answers
GROUP BY solved
ORDER BY solved
"""
counts = []
for row in client.query(sql):
    counts.append({"solved": row.solved, "students": row.students})
by_solved = pd.DataFrame(counts)
print(answers.shape, by_solved["students"].sum())
