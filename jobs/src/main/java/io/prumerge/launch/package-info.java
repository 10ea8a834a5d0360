/**
 * The four jobs of the commands and of the code API: each checks what it is given, asks for a Spark
 * session, and returns what it wrote.
 */
package io.prumerge.launch;
