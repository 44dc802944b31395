-- Names and addresses become made-up ones, the same for the same employee at every import.
UPDATE hr.employees
   SET name  = 'Employee ' || id,
       email = 'employee' || id || '@example.test';

COMMIT;

-- Masking that leaves an address behind must not look like a success.
DECLARE
  left_over NUMBER;
BEGIN
  SELECT COUNT(*) INTO left_over FROM hr.employees WHERE email NOT LIKE '%@example.test';
  IF left_over > 0 THEN
    RAISE_APPLICATION_ERROR(-20001, left_over || ' addresses are not masked');
  END IF;
END;
/
