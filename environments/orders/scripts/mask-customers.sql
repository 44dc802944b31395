UPDATE orders_dev.customers
   SET full_name = 'Customer ' || customer_id,
       phone     = NULL,
       email     = 'customer' || customer_id || '@example.test';
COMMIT;
