"""Robokassa's services beside its payment page: invoices, refunds, receipts, SMS."""
