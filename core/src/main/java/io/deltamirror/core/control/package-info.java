/**
 * What people may ask of a mirror: define, start, stop, look. Over HTTP and on the command line.
 */
package io.deltamirror.core.control;
