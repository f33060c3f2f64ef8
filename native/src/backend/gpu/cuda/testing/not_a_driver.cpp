// A library of the driver's name that has none of its functions, as one that is far too old.
extern "C" __attribute__((visibility("default"))) int roost_nothing() {
  return 0;
}
