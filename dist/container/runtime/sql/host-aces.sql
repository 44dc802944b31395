SELECT host || CHR(9) || NVL(TO_CHAR(lower_port), '-') || CHR(9) || NVL(TO_CHAR(upper_port), '-') || CHR(9) || principal || CHR(9) || privilege FROM dba_host_aces ORDER BY host, principal, privilege;
