package io.prumerge.report.page;

/** An image that several tiles draw. */
record DrawnImage(String id, String uri) {}
