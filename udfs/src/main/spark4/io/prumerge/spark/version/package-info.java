/** All that differs between Spark 3.5 with Scala 2.12 and Spark 4 with Scala 2.13; this is 4's. */
package io.prumerge.spark.version;
