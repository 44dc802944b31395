SELECT owner || CHR(9) || SUM(bytes) FROM dba_segments GROUP BY owner ORDER BY owner;
