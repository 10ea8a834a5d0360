/**
 * Main, the commands and their flags. A command reads flags, calls one of the packages below, and
 * prints.
 */
package io.prumerge.jobs;
