/** Reads tables of questions, in any of several formats, into rows of named columns. */
package io.prumerge.source.table;
