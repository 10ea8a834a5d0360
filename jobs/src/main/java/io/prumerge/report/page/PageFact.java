package io.prumerge.report.page;

/** A name and its value at the top of the page. */
record PageFact(String name, String value) {}
