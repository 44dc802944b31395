SELECT job FROM dba_jobs WHERE broken = 'N' ORDER BY job;
