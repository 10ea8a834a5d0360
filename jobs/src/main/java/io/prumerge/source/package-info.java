/** Reads the foreign files of benchmarks: JSON, TSV, xlsx, Parquet and images. */
package io.prumerge.source;
