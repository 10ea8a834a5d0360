package io.prumerge.endpoint;

/**
 * A request's body.
 *
 * @param newLimit whether it has the new limit
 * @param temperature whether it has one
 */
record ChatBody(byte[] bytes, boolean newLimit, boolean temperature) {}
