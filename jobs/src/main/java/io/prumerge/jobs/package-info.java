/**
 * Main, the commands and their options. A command reads its options, calls one of the packages
 * below and prints the result.
 */
package io.prumerge.jobs;
