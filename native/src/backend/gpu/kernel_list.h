// ROOST_KERNEL(name, arguments, lanes in a group): every kernel there is. Included several times: by the host
// for names, by devices for their tables, by kernels for their numbers of lanes.
ROOST_KERNEL(layer_norm, NormArgs, 256)
