/**
 * The code that differs between Spark 3.5 with Scala 2.12 and Spark 4 with Scala 2.13; this is the
 * variant for 3.5.
 */
package io.prumerge.spark.version;
