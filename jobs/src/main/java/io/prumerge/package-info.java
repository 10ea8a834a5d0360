/**
 * The jobs from code: from Java, a notebook or PySpark. Each is told what to do step by step, runs
 * in the caller's session, whose settings it leaves alone, and returns its tables as data frames.
 */
package io.prumerge;
