package io.prumerge.endpoint;

import io.prumerge.reduction.RequestFields;

/**
 * A request's body.
 *
 * @param fields that this request alone has
 * @param newLimit whether it has the new limit
 * @param temperature whether it has one
 * @param usage whether it asks for the tokens' counts of a stream
 */
record ChatBody(
    byte[] bytes, RequestFields fields, boolean newLimit, boolean temperature, boolean usage) {}
