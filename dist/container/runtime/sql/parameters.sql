SELECT name || CHR(9) || issys_modifiable || CHR(9) || ispdb_modifiable FROM v$system_parameter ORDER BY name;
