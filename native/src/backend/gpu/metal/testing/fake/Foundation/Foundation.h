// The few parts of Apple's Foundation that metal_device.mm uses, for GCC's Objective-C. Tests only.
#pragma once

#include <objc/objc.h>
#include <objc/runtime.h>

#include <cstddef>
#include <string>

using NSUInteger = unsigned long;
enum { NSUTF8StringEncoding = 4 };

@interface NSObject {
  Class isa;
}
+ (id)alloc;
- (id)init;
@end

@interface NSString : NSObject {
  std::string* text_;
}
+ (NSString*)stringWithUTF8String:(const char*)text;
- (id)initWithBytes:(const void*)bytes length:(NSUInteger)length encoding:(NSUInteger)encoding;
- (const char*)UTF8String;
@end

@interface NSError : NSObject {
  NSString* reason_;
}
- (id)initWithReason:(const char*)reason;
- (NSString*)localizedDescription;
@end

@interface NSArray : NSObject {
  id* items_;
  NSUInteger count_;
}
- (id)initWithItems:(id*)items count:(NSUInteger)count;
- (NSUInteger)count;
- (id)objectAtIndex:(NSUInteger)index;
@end

using dispatch_data_t = struct FakeDispatchData*;
#define DISPATCH_DATA_DESTRUCTOR_DEFAULT nullptr
dispatch_data_t dispatch_data_create(const void* bytes, std::size_t size, void* queue, void* destructor);
