-- Names, addresses and telephone numbers become made-up ones, the same for the same employee at every import.
UPDATE hr.employees
   SET first_name = 'Employee',
       last_name  = 'No. ' || employee_id,
       email      = 'employee' || employee_id || '@example.test',
       phone      = '+00 000 ' || employee_id;

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
