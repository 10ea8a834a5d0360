/**
 * The API for Spark sessions: the predictor, the SQL function, the executor plugin. It may use all
 * packages.
 */
package io.prumerge.spark;
