# cmake -DNVCC= -DBIN2C= -DINCLUDE= -DARCHITECTURES=75,80 -DOUT=folder -P compile_kernels.cmake
# kernels.cu for every architecture, as an array in kernels.inc. What ptxas says of registers and spills stays
# beside it, in kernels.ptxas.txt (native/scripts/register-report.mjs makes a table of it).
string(REPLACE "," ";" ARCHITECTURES "${ARCHITECTURES}")
set(generate -gencode=arch=compute_80,code=compute_80)
foreach(architecture ${ARCHITECTURES})
  list(APPEND generate -gencode=arch=compute_${architecture},code=sm_${architecture})
endforeach()
execute_process(
  COMMAND ${NVCC} -fatbin -std=c++20 -O3 --threads 2 -diag-suppress 177 -Xptxas -v -I${INCLUDE} ${generate}
          -o ${OUT}/kernels.fatbin ${CMAKE_CURRENT_LIST_DIR}/kernels.cu
  OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE status)
file(WRITE ${OUT}/kernels.ptxas.txt "${said}")
if(NOT status EQUAL 0)
  message(FATAL_ERROR "nvcc could not compile the kernels:\n${said}")
endif()
execute_process(
  COMMAND ${BIN2C} --const --name roost_cuda_fat_binary --type longlong ${OUT}/kernels.fatbin
  OUTPUT_FILE ${OUT}/kernels.inc RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "bin2c could not read ${OUT}/kernels.fatbin")
endif()
