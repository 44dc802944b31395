-- Card numbers have no use in development.
UPDATE orders_dev.payments SET card_number = NULL, card_holder = NULL;
COMMIT;
