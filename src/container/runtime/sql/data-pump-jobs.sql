SELECT owner_name || CHR(9) || job_name || CHR(9) || TRIM(state) FROM dba_datapump_jobs WHERE owner_name IN ('SEEDBED_LOADER', 'SEEDBED_BACKUP') ORDER BY job_name;
