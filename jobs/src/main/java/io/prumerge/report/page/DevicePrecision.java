package io.prumerge.report.page;

/** A device and the number formats of the language model. */
record DevicePrecision(String hardware, String precision) {}
