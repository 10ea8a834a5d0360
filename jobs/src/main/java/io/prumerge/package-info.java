/**
 * The API for Java, notebooks and PySpark. Each job is a builder: its methods take the settings,
 * {@code run()} runs it in the caller's session, without changing that session's settings, and the
 * result gives the tables as DataFrames.
 */
package io.prumerge;
