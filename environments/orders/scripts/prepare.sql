-- The dump grants to this role; it must be there before the import.
DECLARE
  present NUMBER;
BEGIN
  SELECT COUNT(*) INTO present FROM dba_roles WHERE role = 'SHOP_REPORTING';
  IF present = 0 THEN
    EXECUTE IMMEDIATE 'CREATE ROLE shop_reporting';
  END IF;
END;
/
