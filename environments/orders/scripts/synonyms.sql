-- Runs again whenever the configuration changes, so it says REPLACE.
CREATE OR REPLACE SYNONYM shop_app.orders FOR orders_dev.orders;
CREATE OR REPLACE SYNONYM shop_app.carts FOR orders_dev.carts;
