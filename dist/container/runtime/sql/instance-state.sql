SELECT open_mode FROM v$database;
