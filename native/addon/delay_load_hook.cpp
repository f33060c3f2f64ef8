// Windows: the import library says that Node-API comes from node.exe. In Electron, or in a renamed node.exe,
// it comes from the program that runs, so the loader is told to look there.
#include <windows.h>

#include <delayimp.h>
#include <string.h>

static FARPROC WINAPI find_in_program(unsigned event, DelayLoadInfo* info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return nullptr;
  return reinterpret_cast<FARPROC>(GetModuleHandleW(nullptr));
}

decltype(__pfnDliNotifyHook2) __pfnDliNotifyHook2 = find_in_program;
