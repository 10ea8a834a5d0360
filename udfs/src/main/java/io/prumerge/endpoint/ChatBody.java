package io.prumerge.endpoint;

/**
 * A request's body.
 *
 * @param newLimit whether it has the new limit
 * @param temperature whether it has one
 * @param usage whether it asks for the tokens' counts of a stream
 */
record ChatBody(byte[] bytes, boolean newLimit, boolean temperature, boolean usage) {}
