/**
 * All that differs between Spark 3.5 with Scala 2.12 and Spark 4 with Scala 2.13; this is 3.5's.
 */
package io.prumerge.spark.version;
