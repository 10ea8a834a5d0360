/**
 * Foreign files: what a benchmark is downloaded as, its JSON, TSV, xlsx and Parquet, and its
 * images.
 */
package io.prumerge.source;
